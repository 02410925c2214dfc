import type { LookupAddress } from "node:dns";
import { type AccountId, type CallId, Handle, type PushMessage } from "@ringfence/protocol";
import { pino } from "pino";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { serverLimits } from "../limits.ts";
import { type Resolve, resolveBySystem } from "./push-request.ts";
import { PushSender } from "./push-sender.ts";
import {
  type TestPushService,
  TestBrowser,
  claimsOf,
  startPushService,
  trustPushService,
} from "./test-push-service.ts";
import { makeVapidKey, vapidKeysOf } from "./vapid-key.ts";

const callId = "01arz3ndektsv4rrffq69g5fav" as CallId;
const person = (handle: string, displayName: string) => ({
  handle: Handle.parse(handle),
  displayName,
});
const ring: PushMessage = {
  type: "ring",
  callId,
  kind: "video",
  with: person("alice", "Alice Liddell"),
  route: "relayed",
};
const options = {
  lifetimeMs: 45_000,
  urgency: "high",
  topic: callId,
  account: "01arz3ndektsv4rrffq69g5fax" as AccountId,
  isSubscribed: async () => true,
} as const;
const keys = vapidKeysOf(makeVapidKey());

let service: TestPushService;
let browser: TestBrowser;
let logged: string[];

beforeAll(trustPushService);
beforeEach(async () => {
  service = await startPushService();
  browser = new TestBrowser(`${service.origin}/push/of-bob`);
  logged = [];
});
afterEach(() => service[Symbol.asyncDispose]());

const write = (line: string) => void logged.push(line);

function openSender(change: { services?: string[]; resolve?: Resolve } = {}): PushSender {
  return new PushSender({
    keys,
    contact: "https://calls.example",
    services: [service.origin],
    resolve: resolveBySystem,
    now: Date.now,
    logger: pino({ level: "trace" }, { write }),
    onOutcome() {},
    ...change,
  });
}

describe("a push", () => {
  test("is read by the browser that it is for, and by nobody else", async () => {
    using sender = openSender();
    expect(await sender.send(browser.subscription, ring, options)).toBe("sent");
    const push = await service.push(1);
    expect(browser.read(push)).toEqual(ring);
    expect(() => new TestBrowser(service.origin).decrypt(push)).toThrow(
      "unable to authenticate data",
    );
  });

  test("shows its service no name, and says how urgent it is and until when", async () => {
    using sender = openSender();
    await sender.send(browser.subscription, ring, options);
    const { path, headers, body } = await service.push(1);
    expect(path).toBe("/push/of-bob");
    expect(headers).toMatchObject({
      ttl: "45",
      urgency: "high",
      topic: expect.stringMatching(/^[\w-]{32}$/),
      "content-encoding": "aes128gcm",
    });
    const seen = JSON.stringify(headers) + body.toString("latin1");
    expect(seen).not.toMatch(/alice|liddell|video/i);
    expect(seen).not.toContain(callId);
  });

  test("has one topic for a device and call, and no two devices have the same", async () => {
    using sender = openSender();
    const laptop = new TestBrowser(`${service.origin}/push/of-bob-as-well`);
    for (const { subscription } of [browser, browser, laptop]) {
      await sender.send(subscription, ring, options);
    }
    const [first, again, other] = service.pushes.map(({ headers }) => headers["topic"]);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test("is not tried again once its device was signed out", async () => {
    using sender = openSender();
    service.answer = () => 503;
    const isSubscribed = async () => service.pushes.length === 0;
    const outcome = await sender.send(browser.subscription, ring, { ...options, isSubscribed });
    expect(outcome).toBe("in-doubt");
    expect(service.pushes).toHaveLength(1);
  });

  test("that is refused time and again ends its subscription, and one that is taken counts anew", async () => {
    using sender = openSender();
    const send = () => sender.send(browser.subscription, ring, options);
    const failures = serverLimits.pushFailuresInRowMax - 1;
    for (const last of ["sent", "gone"]) {
      service.answer = () => 403;
      for (let failure = 0; failure < failures; failure++) expect(await send()).toBe("dropped");
      if (last === "sent") service.answer = () => 201;
      expect(await send()).toBe(last);
    }
  });

  test("is as long as any other, whatever is in it", async () => {
    using sender = openSender();
    const longest = person("a".repeat(20), "\u{ffff}\u{ff5e}".repeat(25));
    for (const message of [
      ring,
      { type: "test" },
      { ...ring, with: longest },
      { type: "over", callId, kind: "audio", with: longest, how: "answered-elsewhere" },
    ] as PushMessage[]) {
      await sender.send(browser.subscription, message, options);
    }
    expect(service.pushes.map(({ body }) => body.length)).toEqual(Array(4).fill(615));
    for (const push of service.pushes) {
      expect(browser.decrypt(push)).toHaveLength(serverLimits.pushPayloadBytes);
    }
  });

  test("is signed with the key that browsers subscribe with (RFC 8292)", async () => {
    using sender = openSender();
    await sender.send(browser.subscription, ring, options);
    const claims = claimsOf(await service.push(1), sender.publicKey);
    expect(claims).toMatchObject({ aud: service.origin, sub: "https://calls.example" });
    expect(claims["exp"]).toBeLessThan(Date.now() / 1_000 + 24 * 60 * 60);
  });

  test.each([404, 410])("of a subscription that ended is answered by %i", async (status) => {
    using sender = openSender();
    service.answer = () => status;
    expect(await sender.send(browser.subscription, ring, options)).toBe("gone");
  });

  test.each([301, 302, 307, 308])("that is redirected by %i goes nowhere else", async (status) => {
    using sender = openSender();
    await using other = await startPushService();
    service.answer = () => status;
    service.answerHeaders = { location: `${other.origin}/elsewhere` };
    expect(await sender.send(browser.subscription, ring, options)).toBe("dropped");
    expect(other.pushes).toEqual([]);
    expect(service.pushes).toHaveLength(1);
  });

  test("that the service cannot take now is sent again, while it lives", async () => {
    using sender = openSender();
    service.answer = () => (service.pushes.length < 2 ? 503 : 201);
    expect(await sender.send(browser.subscription, ring, options)).toBe("sent");
    expect(service.pushes).toHaveLength(2);
    service.answer = () => 503;
    const brief = { ...options, lifetimeMs: 100 };
    expect(await sender.send(browser.subscription, ring, brief)).toBe("in-doubt");
    expect(service.pushes).toHaveLength(3);
  });

  test("is not begun once its ring is over", async () => {
    using sender = openSender();
    const signal = AbortSignal.abort();
    expect(await sender.send(browser.subscription, ring, { ...options, signal })).toBe("dropped");
    const late = { ...options, lifetimeMs: 0 };
    expect(await sender.send(browser.subscription, ring, late)).toBe("dropped");
    expect(service.pushes).toEqual([]);
  });

  test("to a service that is on the list no more is not sent", async () => {
    using sender = openSender({ services: [] });
    expect(await sender.send(browser.subscription, ring, options)).toBe("dropped");
    expect(service.pushes).toEqual([]);
  });

  test("that fails is logged without its address", async () => {
    using sender = openSender();
    service.answer = () => 400;
    expect(await sender.send(browser.subscription, ring, options)).toBe("dropped");
    expect(logged.join()).toContain("400");
    expect(logged.join()).not.toMatch(/of-bob|alice/i);
  });
});

/** Sends to Google's name, which leads to the test's own service. */
async function sendVia(...addresses: string[]) {
  const asked: string[] = [];
  const resolve: Resolve = async (hostname) => {
    asked.push(hostname);
    return addresses.map((address): LookupAddress => ({
      address,
      family: address.includes(":") ? 6 : 4,
    }));
  };
  using sender = openSender({ services: [], resolve });
  const at = new TestBrowser("https://fcm.googleapis.com/fcm/send/abc");
  const brief = { ...options, lifetimeMs: 500 };
  return { outcome: await sender.send(at.subscription, ring, brief), asked };
}

describe("where the name of a browser's service leads", () => {
  test.each([
    ["127.0.0.1"],
    ["10.1.2.3"],
    ["172.16.1.1"],
    ["192.168.1.1"],
    ["100.64.0.1"],
    ["169.254.169.254"],
    ["0.0.0.0"],
    ["224.0.0.1"],
    ["255.255.255.255"],
    ["::1"],
    ["::"],
    ["::ffff:127.0.0.1"],
    ["::ffff:169.254.169.254"],
    ["fc00::1"],
    ["fd12:3456::1"],
    ["fe80::1"],
    ["64:ff9b::7f00:1"],
    ["2002:7f00:1::1"],
    ["ff02::1"],
    ["8.8.8.8", "127.0.0.1"],
    ["2a00:1450:4001:80b::200a", "10.0.0.1"],
    ["10.0.0.1", "8.8.8.8"],
  ])("nothing is connected to at %s %s", async (...addresses) => {
    const { outcome, asked } = await sendVia(...addresses.filter(Boolean));
    expect(outcome).toBe("dropped");
    expect(asked).toEqual(["fcm.googleapis.com"]);
    expect(service.pushes).toEqual([]);
    expect(logged.join()).toContain("AddressRefusedError");
  });

  test("nothing is connected to where it leads nowhere", async () => {
    expect((await sendVia()).outcome).toBe("dropped");
  });
});

describe("a service that the operator named", () => {
  test("may stand in their own network, and is looked up once: at the address that was checked", async () => {
    let asked = 0;
    // The second answer would be another: a name that is bound anew in between.
    const resolve: Resolve = async () => {
      asked++;
      return [{ address: asked === 1 ? "127.0.0.1" : "169.254.169.254", family: 4 }];
    };
    using sender = openSender({ resolve });
    expect(await sender.send(browser.subscription, ring, options)).toBe("sent");
    expect(asked).toBe(1);
  });

  test.each(["169.254.169.254", "224.0.0.1", "::ffff:127.0.0.1", "fe80::1"])(
    "may not lead to %s",
    async (address) => {
      const resolve: Resolve = async () => [{ address, family: address.includes(":") ? 6 : 4 }];
      using sender = openSender({ resolve });
      expect(await sender.send(browser.subscription, ring, options)).toBe("dropped");
      expect(service.pushes).toEqual([]);
    },
  );

  test("may not be a link-local address itself", async () => {
    using sender = openSender({ services: ["https://169.254.169.254"] });
    const at = new TestBrowser("https://169.254.169.254/latest/meta-data");
    expect(await sender.send(at.subscription, ring, options)).toBe("dropped");
  });
});

test("a service that does not answer delays none of another", async () => {
  await using slow = await startPushService();
  const { promise: never, resolve: atLast } = Promise.withResolvers<number>();
  slow.answer = () => never;
  using sender = openSender({ services: [service.origin, slow.origin] });
  const asleep = new TestBrowser(`${slow.origin}/push`);
  const sendThere = () =>
    sender.send(asleep.subscription, { type: "test" }, { ...options, lifetimeMs: 20_000 });
  const { pushesAtOnceMax, pushesWaitingPerAccountMax } = serverLimits;
  const stuck = Array.from({ length: pushesAtOnceMax + pushesWaitingPerAccountMax }, sendThere);
  await slow.push(serverLimits.pushesAtOnceMax);
  // Of one account, no more wait than that.
  expect(await sendThere()).toBe("dropped");
  expect(await sender.send(browser.subscription, ring, options)).toBe("sent");
  expect(slow.pushes).toHaveLength(serverLimits.pushesAtOnceMax);
  atLast(201);
  expect(await Promise.all(stuck)).toEqual(stuck.map(() => "sent"));
});

test("the secrets of a server are made for it", () => {
  expect(vapidKeysOf(makeVapidKey())).not.toEqual(keys);
  expect(Buffer.from(keys.publicKey, "base64url")).toHaveLength(65);
  expect(Buffer.from(makeVapidKey(), "base64url")).toHaveLength(32);
});
