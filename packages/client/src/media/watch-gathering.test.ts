import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clientLimits } from "../limits.ts";
import { watchGathering } from "./watch-gathering.ts";

const { gatherMaxMs, gatherMoreMs, gatherUdpMs } = clientLimits;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Found = "host" | "udp" | "tcp" | "tls" | "of an untold way" | "no more";

/** What a browser finds, each after so many milliseconds, and when this side may go on. */
const gatherings: [string, Partial<Record<Found, number>>, { way: number; enough: number }][] = [
  ["one over UDP is enough, with a moment for others", { udp: 30 }, { way: 30, enough: 80 }],
  ["one over TCP after it changes nothing", { udp: 30, tcp: 40 }, { way: 30, enough: 80 }],
  ["one over TCP waits for UDP", { tcp: 20, udp: 270 }, { way: 270, enough: 320 }],
  ["others do not make the wait longer", { tcp: 20, tls: 90 }, { way: 520, enough: 570 }],
  [
    "an address of its own is no way to the relay",
    { host: 5, udp: 120 },
    { way: 120, enough: 170 },
  ],
  ["where UDP is closed the wait ends", { tls: 40 }, { way: 540, enough: 590 }],
  ["a browser that does not tell is believed", { "of an untold way": 25 }, { way: 25, enough: 75 }],
  ["the end of gathering ends every wait", { tcp: 20, "no more": 60 }, { way: 60, enough: 60 }],
  ["without anything the call goes on", {}, { way: 3_000, enough: 3_050 }],
];

test("the cases stand on these limits", () => {
  expect({ gatherMaxMs, gatherMoreMs, gatherUdpMs }).toEqual({
    gatherMaxMs: 3_000,
    gatherMoreMs: 50,
    gatherUdpMs: 500,
  });
});

test.each(gatherings)("%s", async (_, found, expected) => {
  const connection = new EventTarget();
  const startedAt = Date.now();
  const at = { way: -1, enough: -1 };
  const gathering = watchGathering(connection);
  void gathering.hasWay.then(() => (at.way = Date.now() - startedAt));
  void gathering.isEnough.then(() => (at.enough = Date.now() - startedAt));
  for (const [name, afterMs] of Object.entries(found)) {
    setTimeout(() => connection.dispatchEvent(candidateEvent(name as Found)), afterMs);
  }
  await vi.advanceTimersByTimeAsync(gatherMaxMs + gatherMoreMs);
  expect(at).toEqual(expected);
  expect(vi.getTimerCount()).toBe(0);
});

function candidateEvent(found: Found): Event {
  const candidate = found === "no more" ? null : candidateOf(found);
  return Object.assign(new Event("icecandidate"), { candidate });
}

function candidateOf(found: Exclude<Found, "no more">) {
  if (found === "host") return { type: "host", relayProtocol: null };
  return { type: "relay", relayProtocol: found === "of an untold way" ? undefined : found };
}
