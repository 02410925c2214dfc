import type { CallSettings, SettingsPreview } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { alice, bob, carol, online, openWorld, type TestWorld } from "../test/test-client.ts";
import { until } from "../test/until.ts";
import { asProposed } from "./call-settings-proposal.ts";

let world: TestWorld;

beforeEach(async () => {
  world = await openWorld();
  world.answers.set("PATCH /api/settings/calls", ({ body }) => {
    saved = { ...saved, ...(body as Partial<CallSettings>) };
    return { status: 200, body: saved };
  });
  saved = alice.callSettings;
  previews({ gained: { count: 0, first: [] }, lost: { count: 0, first: [] } });
  await online(world);
});

afterEach(() => world[Symbol.asyncDispose]());

/** What the server holds. */
let saved: CallSettings;

const gain: SettingsPreview = {
  gained: { count: 2, first: [bob, carol] },
  lost: { count: 0, first: [] },
};
const loss: SettingsPreview = {
  gained: { count: 0, first: [] },
  lost: { count: 1, first: [bob] },
};

function previews(preview: SettingsPreview): void {
  world.answers.set("POST /api/settings/calls/preview", () => ({ status: 200, body: preview }));
}

const proposals = () => world.client.proposals;
const proposal = () => proposals().proposal.get();
const asked = () =>
  world.server.requests.filter(({ path }) => path === "/api/settings/calls/preview");

describe("a proposed change", () => {
  test("that lets nobody more ring takes effect at once, and says who no longer can", async () => {
    previews(loss);
    await proposals().propose({ audiences: [] });
    expect(saved.audiences).toEqual([]);
    expect(proposal()).toEqual({ state: "done", preview: loss });
  });

  test("that lets more people ring changes nothing until it is confirmed", async () => {
    previews(gain);
    await proposals().propose({ audiences: ["everyone"] });
    expect(proposal()).toMatchObject({ state: "asking", preview: gain });
    expect(saved.audiences).toEqual(["mutuals"]);
    await proposals().confirm();
    expect(saved.audiences).toEqual(["everyone"]);
    expect(proposal()).toEqual({ state: "done", preview: gain });
  });

  test("that is changed again at once is looked at as it is last", async () => {
    previews(gain);
    await Promise.all([
      proposals().propose({ audiences: ["vouched"] }),
      proposals().propose({ audiences: ["mutuals", "vouched"] }),
      proposals().propose({ fading: false }),
      proposals().propose({ audiences: ["everyone"] }),
    ]);
    expect(asked()).toHaveLength(1);
    expect(proposal()).toMatchObject({
      state: "asking",
      change: { audiences: ["everyone"], fading: false },
    });
  });

  test("is dropped where the person keeps it as it is", async () => {
    previews(gain);
    await proposals().propose({ audiences: ["everyone"] });
    proposals().dismiss();
    await proposals().confirm();
    expect(saved.audiences).toEqual(["mutuals"]);
    expect(proposal()).toBeNull();
  });

  test("is added to the one that waits, and both go when nothing is left of them", async () => {
    previews(gain);
    await proposals().propose({ audiences: ["mutuals", "everyone"] });
    await proposals().propose({ fading: false });
    expect(asked().at(-1)?.body).toEqual({ audiences: ["mutuals", "everyone"], fading: false });
    await proposals().propose({ audiences: ["mutuals"], fading: true });
    expect(proposal()).toBeNull();
    expect(asked()).toHaveLength(2);
  });

  test("shows in the settings while it waits", async () => {
    previews(gain);
    await proposals().propose({ audiences: ["everyone"] });
    const settings = world.client.callSettings.snapshot.get();
    if (settings === null) throw new Error("no settings");
    expect(settings.audiences).toEqual(["mutuals"]);
    expect(asProposed(settings, proposal()).audiences).toEqual(["everyone"]);
  });

  test("is held against the rules again when another device changed them", async () => {
    previews(gain);
    await proposals().propose({ audiences: ["everyone"] });
    const more = { ...gain, gained: { count: 9, first: [bob] } };
    previews(more);
    const connection = await world.server.connection(1);
    const callSettings = { ...alice.callSettings, fading: false };
    connection.deliver({ type: "call-settings-changed", callSettings });
    const again = await until(
      proposals().proposal,
      (one) => one?.state === "asking" && one.preview.gained.count === 9,
    );
    expect(again).toMatchObject({ change: { audiences: ["everyone"] }, preview: more });
    previews(loss);
    connection.deliver({ type: "call-settings-changed", callSettings: alice.callSettings });
    await until(
      proposals().proposal,
      (one) => one?.state === "asking" && one.preview.gained.count === 0,
    );
    expect(saved).toEqual(alice.callSettings);
  });

  test("that the server refuses leaves everything as it is", async () => {
    const failure = { status: 503, body: { code: "unavailable", message: "Try again." } };
    world.answers.set("POST /api/settings/calls/preview", () => failure);
    await expect(proposals().propose({ fading: false })).rejects.toThrow("Try again.");
    expect(proposal()).toBeNull();
    previews(gain);
    world.answers.set("PATCH /api/settings/calls", () => failure);
    await proposals().propose({ fading: false });
    await expect(proposals().confirm()).rejects.toThrow("Try again.");
    expect(proposal()).toMatchObject({ state: "asking" });
    expect(saved.fading).toBe(true);
  });

  test("that was decided does not ask, and says who can ring now", async () => {
    previews(gain);
    await proposals().changeAndTell({ calling: "on" });
    expect(saved.calling).toBe("on");
    expect(proposal()).toEqual({ state: "done", preview: gain });
  });
});
