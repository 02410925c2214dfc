import { AccountId, DeviceId } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import type { Bus } from "../bus/bus.ts";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { serverLimits } from "../limits.ts";
import { Challenges } from "./challenges.ts";

const opening = { for: "opening" } as const;
const adding = {
  for: "adding",
  account: AccountId.parse("0".repeat(26)),
  device: DeviceId.parse("1".repeat(26)),
} as const;

function makeChallenges({
  secret,
  bus = createInProcessBus(),
}: { secret?: string; bus?: Bus } = {}) {
  const clock = { now: 1_800_000_000_000 };
  return { clock, challenges: new Challenges({ now: () => clock.now, secret, bus }) };
}

describe("a challenge", () => {
  test("works once", () => {
    const { challenges } = makeChallenges();
    const challenge = challenges.make(opening);
    expect(challenges.isOpen(challenge, opening)).toBe(true);
    expect(challenges.use(challenge, opening)).toBe(true);
    expect(challenges.isOpen(challenge, opening)).toBe(false);
    expect(challenges.use(challenge, opening)).toBe(false);
  });

  test("expires, also when it was used", () => {
    const { challenges, clock } = makeChallenges();
    const [one, other] = [challenges.make(opening), challenges.make(opening)];
    challenges.use(one, opening);
    clock.now += serverLimits.passkeyTimeoutMs - 1;
    expect(challenges.isOpen(other, opening)).toBe(true);
    clock.now += 1;
    expect([one, other].map((each) => challenges.isOpen(each, opening))).toEqual([false, false]);
  });

  test("is for what it was made for, and for that account and device", () => {
    const { challenges } = makeChallenges();
    const challenge = challenges.make(adding);
    const otherDevice = { ...adding, device: DeviceId.parse("2".repeat(26)) };
    const otherAccount = { ...adding, account: AccountId.parse("2".repeat(26)) };
    for (const purpose of [opening, otherDevice, otherAccount]) {
      expect(challenges.isOpen(challenge, purpose)).toBe(false);
    }
    expect(challenges.isOpen(challenges.make(opening), adding)).toBe(false);
    expect(challenges.isOpen(challenge, adding)).toBe(true);
  });

  test("of another process, changed in any byte, or written otherwise is none", () => {
    const { challenges } = makeChallenges();
    const challenge = challenges.make(opening);
    const bytes = Buffer.from(challenge, "base64url");
    const changed = [...bytes.keys()].map((index) => {
      const copy = Buffer.from(bytes);
      copy[index] = (copy[index] ?? 0) ^ 1;
      return copy.toString("base64url");
    });
    const elsewhere = makeChallenges().challenges.make(opening);
    for (const text of [...changed, elsewhere, `${challenge}=`, "", "AAAA"]) {
      expect(challenges.isOpen(text, opening)).toBe(false);
    }
  });

  test("is remembered until it expires, and so many at most", () => {
    const { challenges, clock } = makeChallenges();
    for (let used = 0; used < serverLimits.passkeysUsedMax; used++) {
      challenges.use(challenges.make(opening), opening);
    }
    const late = challenges.make(opening);
    expect(() => challenges.use(late, opening)).toThrow(
      expect.objectContaining({ code: "unavailable" }),
    );
    clock.now += serverLimits.passkeyTimeoutMs;
    expect(challenges.use(challenges.make(opening), opening)).toBe(true);
  });
});

describe("challenges of several nodes", () => {
  test("open on each of them, and work once on all together", () => {
    const bus = createInProcessBus();
    const [one, other] = [1, 2].map(() => makeChallenges({ secret: "shared", bus }).challenges);
    const challenge = one?.make(opening) ?? "";
    expect(other?.use(challenge, opening)).toBe(true);
    expect(one?.use(challenge, opening)).toBe(false);
  });

  test("are forgotten in time by a node on which nobody signs in", () => {
    const bus = createInProcessBus();
    const [busy, idle] = [1, 2].map(() => makeChallenges({ secret: "shared", bus }));
    if (busy === undefined || idle === undefined) throw new Error("there are two");
    const use = () => busy.challenges.use(busy.challenges.make(opening), opening);
    for (let used = 0; used < 3; used++) use();
    expect(idle.challenges.usedCount).toBe(3);
    for (const { clock } of [busy, idle]) clock.now += serverLimits.passkeyTimeoutMs;
    use();
    expect(idle.challenges.usedCount).toBe(1);
  });

  test("open nowhere where another secret is", () => {
    const challenge = makeChallenges({ secret: "shared" }).challenges.make(opening);
    expect(makeChallenges({ secret: "other" }).challenges.isOpen(challenge, opening)).toBe(false);
  });
});
