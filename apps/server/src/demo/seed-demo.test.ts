import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { takeOneTimeLink } from "../accounts/one-time-links.ts";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { findAccount } from "../people/find-account.ts";
import { personView } from "../people/person-view.ts";
import type { Store } from "../store/store.ts";
import { openPassingStore } from "../store/test-store.ts";
import { seedDemo } from "./seed-demo.ts";
import { Handle } from "@ringfence/protocol";

const alice = Handle.parse("alice");
const bob = Handle.parse("bob");
let store: Store;

beforeEach(async () => {
  store = await openPassingStore({
    bus: createInProcessBus(),
    now: Date.now,
    logError: console.error,
  });
});

afterEach(() => store[Symbol.asyncDispose]());

async function viewOf(viewer: Handle, other: Handle) {
  return await personView(
    store.db,
    await findAccount(store.db, viewer),
    await findAccount(store.db, other),
    Date.now(),
  );
}

describe("the demonstration", () => {
  it("signs up two people who follow and may call each other", async () => {
    await seedDemo(store);
    for (const [viewer, other] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      expect(await viewOf(viewer, other)).toMatchObject({
        handle: other,
        youFollow: true,
        followsYou: true,
        callButton: "call",
      });
    }
    const texts = await store.db.selectFrom("message").select("text").execute();
    expect(texts).toHaveLength(2);
  });

  it("gives each a link that leads into the conversation with the other, once", async () => {
    const links = await seedDemo(store);
    expect(links.map(({ handle }) => handle)).toEqual([alice, bob]);
    const token = links[0]?.path.replace("/enter#", "") ?? "";
    const taken = await store.write((write) => takeOneTimeLink(write, token));
    expect(taken).toEqual({
      account: await findAccount(store.db, alice),
      goTo: "/messages/@bob",
    });
    await expect(store.write((write) => takeOneTimeLink(write, token))).rejects.toMatchObject({
      code: "link-used",
    });
  });

  it("gives new links at the next start and changes nothing else", async () => {
    const before = await seedDemo(store);
    const after = await seedDemo(store);
    expect(after.map(({ path }) => path)).not.toEqual(before.map(({ path }) => path));
    expect(await store.db.selectFrom("account").select("id").execute()).toHaveLength(2);
    expect(await store.db.selectFrom("message").select("id").execute()).toHaveLength(2);
  });

  it("signs up again whoever deleted their account", async () => {
    await seedDemo(store);
    const gone = await findAccount(store.db, bob);
    await store.write((write) => write.db.deleteFrom("account").where("id", "=", gone).execute());
    await seedDemo(store);
    expect(await viewOf(alice, bob)).toMatchObject({ callButton: "call" });
  });
});
