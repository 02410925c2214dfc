import { randomBytes, randomUUID } from "node:crypto";
import { type AccountId, Handle } from "@ringfence/protocol";
import { createAccount } from "../accounts/accounts.ts";
import { createOneTimeLink } from "../accounts/one-time-links.ts";
import { Passwords } from "../accounts/passwords.ts";
import type { DemoLink } from "../cli/supervised.ts";
import { sendMessage } from "../conversations/send-message.ts";
import { follow } from "../people/follows.ts";
import { type ThoseConcerned, changeCallSettings } from "../settings/call-settings.ts";
import type { Store, Write } from "../store/store.ts";

interface DemoPerson {
  handle: Handle;
  displayName: string;
  message: string;
}

const alice: DemoPerson = {
  handle: Handle.parse("alice"),
  displayName: "Alice",
  message: "Hi Bob! Shall we talk this evening?",
};
const bob: DemoPerson = {
  handle: Handle.parse("bob"),
  displayName: "Bob",
  message: "Gladly. Just call me, my calls are on.",
};

/** Whoever is about to be signed up is in no call yet, and has no page open. */
const nobodyConcerned: ThoseConcerned = {
  calls: { settingsChanged: async () => {} },
  buttons: { moveAfter: () => {} },
};

/**
 * Signs up @alice and @bob where one of them is missing: they follow each other, each wrote a
 * message, and mutuals may call them. What people did with them since stays.
 *
 * @returns new single-use links that lead each into the conversation with the other
 */
export async function seedDemo(store: Store): Promise<DemoLink[]> {
  // Nobody knows it: these two come in by links.
  const passwordHash = await new Passwords().hash(randomBytes(32).toString("base64"));
  return await store.write(async (write) => {
    const first = await findOrSignUp(write, alice, passwordHash);
    const second = await findOrSignUp(write, bob, passwordHash);
    if (first.isNew || second.isNew) {
      await acquaint(write, first.account, second.account, alice.message);
      await acquaint(write, second.account, first.account, bob.message);
    }
    return [
      await linkInto(write, alice, first.account, bob),
      await linkInto(write, bob, second.account, alice),
    ];
  });
}

async function findOrSignUp(write: Write, person: DemoPerson, passwordHash: string) {
  const { handle, displayName } = person;
  const found = await write.db
    .selectFrom("account")
    .select("id")
    .where("handle", "=", handle)
    .executeTakeFirst();
  if (found !== undefined) return { account: found.id, isNew: false };
  const account = await createAccount(write, { handle, displayName, passwordHash });
  return { account, isNew: true };
}

/** One person's half of knowing another. */
async function acquaint(write: Write, me: AccountId, other: AccountId, text: string) {
  await follow(write, me, other);
  await sendMessage(write, me, other, { clientMessageId: randomUUID(), text });
  await changeCallSettings(write, nobodyConcerned, me, { calling: "on", audiences: ["mutuals"] });
}

async function linkInto(write: Write, me: DemoPerson, account: AccountId, other: DemoPerson) {
  const token = await createOneTimeLink(write, account, `/messages/@${other.handle}`);
  return { handle: me.handle, path: `/enter#${token}` };
}
