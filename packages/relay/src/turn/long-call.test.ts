import { expect, test, vi } from "vitest";
import type { TransportAddress } from "../stun/xor-address.ts";
import { Lab, type LabClient } from "../test-client/lab.ts";
import { channelData, dataIn, errorCodeOf } from "../test-client/turn-client.ts";

vi.setConfig({ testTimeout: 60_000 });

const minute = 60_000;
const hour = 60 * minute;
const credentialLifetimeMs = 10 * minute;

/** What a browser sends every few minutes of a call, and again with a new nonce where it must. */
function keepUp(client: LabClient, peer: TransportAddress): number[] {
  const { turn } = client;
  return [
    () => turn.refresh(),
    () => turn.createPermission(peer),
    () => turn.bindChannel(0x4000, peer),
  ].map((request) => {
    const answer = client.asks(request());
    if (errorCodeOf(answer) !== 438) return errorCodeOf(answer);
    turn.takeChallenge(answer);
    return client.code(request());
  });
}

function hears(from: LabClient, to: LabClient): string | undefined {
  const action = from.sends(channelData(0x4000, Buffer.from("still here")));
  return action.type === "send" && action.to.key === to.tuple.key
    ? dataIn(action.bytes)
    : undefined;
}

test("a call longer than three lifetimes of a credential goes on with what it allocated with", () => {
  const lab = new Lab();
  const { a, b } = lab.joinedPair();
  const began = lab.now;
  while (lab.now < began + 3 * hour) {
    expect([...keepUp(a, b.relayed), ...keepUp(b, a.relayed)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([hears(a, b), hears(b, a)]).toEqual(["still here", "still here"]);
    lab.now += 4 * minute;
    lab.relay.sweep(lab.now);
  }
  expect(lab.now - began).toBeGreaterThan(3 * credentialLifetimeMs);
});

test("late in a call a device allocates again with a new credential, and not with the old one", () => {
  const lab = new Lab();
  const { a, b } = lab.joinedPair();
  const { credential } = b.turn;
  for (let minutes = 0; minutes < 32; minutes += 8) {
    lab.now += 8 * minute;
    keepUp(a, b.relayed);
    keepUp(b, a.relayed);
  }
  const late = lab.client("b");
  late.turn.credential = credential;
  expect(errorCodeOf(late.allocate())).toBe(401);
  const again = lab.allocated("b");
  a.asks(a.turn.bindChannel(0x4001, again.relayed));
  const action = a.sends(channelData(0x4001, Buffer.from("there too")));
  expect(action).toMatchObject({ type: "send", to: { key: again.tuple.key } });
  // RFC 8656 §5: what was allocated belongs to the credential that it was allocated with.
  b.turn.credential = again.turn.credential;
  expect(b.code(b.turn.refresh())).toBe(441);
});

test("a call ends after 12 hours, however often it was refreshed", () => {
  const lab = new Lab();
  const { a, b } = lab.joinedPair();
  const began = lab.now;
  for (; lab.now < began + 12 * hour; lab.now += 8 * minute) {
    lab.relay.sweep(lab.now);
    keepUp(a, b.relayed);
    keepUp(b, a.relayed);
  }
  expect(lab.relay.allocations()).toBe(2);
  lab.now = began + 12 * hour - 1;
  expect(a.sends(a.turn.sendIndication(b.relayed, Buffer.from("x"))).type).toBe("send");
  lab.now = began + 12 * hour;
  lab.relay.sweep(lab.now);
  expect(lab.relay.allocations()).toBe(0);
  expect(errorCodeOf(lab.client("a").allocate())).toBe(401);
});
