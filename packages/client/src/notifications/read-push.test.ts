import { PushMessage } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { notificationOf } from "./call-notification.ts";
import { readPush } from "./read-push.ts";

const call = {
  callId: "0".repeat(26),
  kind: "video",
  with: { handle: "bob_7", displayName: "Bob" },
};
const good = [
  { type: "ring", ...call, route: "relayed" },
  { type: "missed", ...call, kind: "audio" },
  { type: "over", ...call, how: "answered-elsewhere" },
  { type: "over", ...call, how: "declined-elsewhere" },
  { type: "over", ...call, how: "ended" },
  { type: "test" },
  { type: "ring", ...call, route: "direct" },
];
const bad = [
  null,
  [],
  "ring",
  { type: "something-newer" },
  { type: "ring" },
  { type: "ring", ...call },
  { type: "ring", ...call, route: "scenic" },
  { type: "ring", ...call, route: "relayed", callId: "../../login" },
  { type: "ring", ...call, route: "relayed", kind: "hologram" },
  { type: "ring", ...call, route: "relayed", with: null },
  {
    type: "ring",
    ...call,
    route: "relayed",
    with: { handle: "bob/../x", displayName: "Bob" },
  },
  { type: "ring", ...call, route: "relayed", with: { handle: "bob" } },
  { type: "over", ...call, how: "unknown" },
];

describe("the worker reads what the protocol's schema reads", () => {
  test.each(good)("%o", (message) => {
    const text = `${JSON.stringify(message)}    `;
    expect(PushMessage.safeParse(message).success).toBe(true);
    expect(readPush(text)).toEqual(message);
  });

  test.each(bad)("and not %o", (message) => {
    expect(PushMessage.safeParse(message).success).toBe(false);
    expect(readPush(JSON.stringify(message))).toBeNull();
  });

  test.each(["", "{", "undefined"])("and not %j", (text) => {
    expect(readPush(text)).toBeNull();
  });
});

describe("of one call", () => {
  const [ring, missed, answered] = good.map((message) => readPush(JSON.stringify(message)));

  test("the ring is loud, stays, and can be answered", () => {
    const { title, options } = notificationOf(ring ?? null);
    expect(title).toBe("Bob");
    expect(options).toMatchObject({
      body: "Video call from @bob_7",
      requireInteraction: true,
      actions: [{ action: "accept" }, { action: "decline" }],
      data: { callId: call.callId, path: "/messages/@bob_7" },
    });
    expect(options.silent).toBeUndefined();
  });

  test("a direct ring is not accepted before its card has warned of the address", () => {
    const { options } = notificationOf(readPush(JSON.stringify(good.at(-1))));
    expect(options.actions).toEqual([{ action: "decline", title: "Decline" }]);
  });

  test("what ends it takes its place, makes no sound and can accept nothing", () => {
    const { tag } = notificationOf(ring ?? null).options;
    for (const end of [missed, answered]) {
      const { options } = notificationOf(end ?? null);
      expect(options).toMatchObject({ tag, silent: true, data: { callId: null } });
      expect(options.actions).toBeUndefined();
      expect(options.renotify).toBeUndefined();
    }
    expect(notificationOf(missed ?? null).title).toBe("Missed call from Bob");
    expect(notificationOf(answered ?? null).title).toBe("Answered on another device");
  });

  test("what cannot be read still shows something", () => {
    expect(notificationOf(null).title).toBe("Ringfence");
  });
});
