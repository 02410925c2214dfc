import type { AccountId } from "@ringfence/protocol";
import type { CallHooks } from "../calls/call-hooks.ts";
import { enterTogether } from "../conversations/participation.ts";
import { tellConversation } from "../conversations/tell-conversation.ts";
import { RefusedError } from "../errors.ts";
import { follow } from "../people/follows.ts";
import { changePair } from "../people/pair-views.ts";
import {
  type ThoseConcerned,
  changeCallSettings,
  readCallSettings,
} from "../settings/call-settings.ts";
import type { Write } from "../store/store.ts";
import { findInvitation } from "./invitations.ts";

export interface AgreeParts extends ThoseConcerned {
  readonly calls: Pick<CallHooks, "pairChanged" | "settingsChanged">;
}

/**
 * Takes an invitation: the two follow each other, have entered a conversation, and whoever agreed
 * lets mutuals ring. What the inviter lets others do is the inviter's own affair.
 *
 * @returns the inviter; null for the operator's invitation, of which an account has no use
 * @throws RefusedError `link-used`, `yourself`
 */
export async function agreeToInvitation(
  write: Write,
  { calls, buttons }: AgreeParts,
  me: AccountId,
  token: string,
): Promise<AccountId | null> {
  const { id, inviter_id: inviter } = await findInvitation(write.db, me, token, write.now);
  if (inviter === me) {
    throw new RefusedError(
      "yourself",
      "This is your own invitation. Send it to the person whom you want to invite.",
    );
  }
  await write.db.deleteFrom("invitation").where("id", "=", id).execute();
  if (inviter === null) return null;
  await changePair(write, me, inviter, async () => {
    await follow(write, me, inviter);
    await follow(write, inviter, me);
    await enterTogether(write, me, inviter);
  });
  await letMutualsRing(write, { calls, buttons }, me);
  await calls.pairChanged(write, me, inviter);
  // The conversation has no entry yet, and is to stand in both lists all the same.
  await tellConversation(write, me, inviter);
  await tellConversation(write, inviter, me);
  return inviter;
}

async function letMutualsRing(
  write: Write,
  concerned: ThoseConcerned,
  me: AccountId,
): Promise<void> {
  const { calling, audiences } = await readCallSettings(write.db, me);
  if (calling === "on" && audiences.includes("mutuals")) return;
  // Audiences that were chosen before calls were switched off are not brought back with them.
  const kept = calling === "on" ? audiences : [];
  await changeCallSettings(write, concerned, me, {
    calling: "on",
    audiences: [...kept, "mutuals"],
  });
}
