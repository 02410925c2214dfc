import { describe, expect, test } from "vitest";
import { attributeType } from "../stun/attribute.ts";
import { Lab } from "../test-client/lab.ts";
import { errorCodeOf, lifetimeIn } from "../test-client/turn-client.ts";
import { turnMethod } from "./method.ts";

function allocated(): { lab: Lab; client: ReturnType<Lab["allocated"]> } {
  const lab = new Lab();
  lab.live();
  return { lab, client: lab.allocated("a") };
}

describe("RFC 8656 §8.2: a Refresh", () => {
  test.each([
    [undefined, 600],
    [1, 600],
    [1_800, 1_800],
    [0xffffffff, 3_600],
  ])("for %s seconds is granted %i", (asked, granted) => {
    const { client } = allocated();
    expect(lifetimeIn(client.asks(client.turn.refresh(asked)))).toBe(granted);
  });

  test("for 0 seconds ends the allocation; a second one finds none: 437", () => {
    const { lab, client } = allocated();
    const first = client.asks(client.turn.refresh(0));
    expect([errorCodeOf(first), lifetimeIn(first)]).toEqual([0, 0]);
    expect(lab.relay.allocations()).toBe(0);
    expect(client.code(client.turn.refresh(0))).toBe(437);
  });

  test("for another address family is 443", () => {
    const { client } = allocated();
    const ipv6 = { type: attributeType.requestedAddressFamily, value: Uint8Array.of(2, 0, 0, 0) };
    expect(client.code(client.turn.request(turnMethod.refresh, [ipv6]))).toBe(443);
  });

  test("with a LIFETIME of the wrong length is 400", () => {
    const { client } = allocated();
    const short = { type: attributeType.lifetime, value: Uint8Array.of(1) };
    expect(client.code(client.turn.request(turnMethod.refresh, [short]))).toBe(400);
  });

  test("after the allocation expired finds none: 437", () => {
    const lab = new Lab();
    lab.live();
    const client = lab.client("a", { expiresAt: lab.now + 800_000 });
    client.allocate();
    lab.now += 599_999;
    expect(lab.relay.hasAllocation(client.tuple, lab.now)).toBe(true);
    lab.now += 1;
    expect(client.code(client.turn.refresh())).toBe(437);
  });
});
