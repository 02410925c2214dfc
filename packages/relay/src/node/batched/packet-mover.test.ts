import { describe, expect, test } from "vitest";
import type { RelayLimits } from "../../limits.ts";
import { channelData, dataIn, readMessage } from "../../test-client/turn-client.ts";
import {
  ask,
  departureBytes,
  tell,
  twinCall,
  type TwinParty,
} from "../../test-client/twin-call.ts";
import { TwinLab, type Way } from "../../test-client/twin-lab.ts";

const minuteMs = 60_000;
const ipv4 = "203.0.113.1";
const ipv6 = "2001:db8::1";

/** Two who hear each other over channels. */
function talk(ways: readonly [Way, Way] = ["ipv4", "ipv4"], limits: Partial<RelayLimits> = {}) {
  const lab = new TwinLab(1, limits);
  const [a, b] = twinCall(lab, "call", ways);
  bind(lab, a, b);
  bind(lab, b, a);
  expect(hears(lab, a, b)).toBe("ChannelData");
  return { lab, a, b };
}

function bind(lab: TwinLab, by: TwinParty, to: TwinParty, number = 0x4000): number {
  const answer = ask(lab, by.client, by.client.turn.bindChannel(number, to.relayed));
  return readMessage(answer).class === "success" ? 0 : 400;
}

function refresh(lab: TwinLab, by: TwinParty, seconds: number): void {
  ask(lab, by.client, by.client.turn.refresh(seconds));
}

/** In which form what one says over a channel reaches the other one, if it does, and nobody else. */
function hears(lab: TwinLab, from: TwinParty, to: TwinParty, number = 0x4000): string {
  const [departure, ...more] = tell(lab, from.client, channelData(number, Buffer.from("hello")));
  expect(more).toEqual([]);
  if (departure === undefined) return "nothing";
  const { endpoint, address, port } = to.client.tuple;
  expect(departure).toContain(`${endpoint} -> ${address} ${port}: `);
  const bytes = departureBytes(departure);
  expect(dataIn(bytes)).toBe("hello");
  return (bytes[0] ?? 0) >= 0x40 ? "ChannelData" : "a Data indication";
}

describe("a route that was kept is forgotten", () => {
  test("when the sender's channel expires", () => {
    const { lab, a, b } = talk();
    lab.now += 9 * minuteMs;
    for (const party of [a, b]) refresh(lab, party, 600);
    bind(lab, b, a);
    expect(hears(lab, a, b)).toBe("ChannelData");
    lab.now += minuteMs;
    expect(hears(lab, a, b)).toBe("nothing");
  });

  test("when the receiver's channel expires: it hears indications then", () => {
    const { lab, a, b } = talk();
    lab.now += 9 * minuteMs;
    for (const party of [a, b]) refresh(lab, party, 600);
    bind(lab, a, b);
    expect(hears(lab, a, b)).toBe("ChannelData");
    lab.now += minuteMs;
    expect(hears(lab, a, b)).toBe("a Data indication");
  });

  test.each(["sender", "receiver"])("when the allocation of the %s expires", (who) => {
    const { lab, a, b } = talk();
    lab.now += 9 * minuteMs;
    bind(lab, a, b);
    bind(lab, b, a);
    refresh(lab, who === "sender" ? b : a, 600);
    expect(hears(lab, a, b)).toBe("ChannelData");
    lab.now += minuteMs;
    expect(hears(lab, a, b)).toBe("nothing");
  });

  test("when a refresh brings its end nearer", () => {
    const { lab, a, b } = talk(["ipv4", "ipv4"], { channelLifetimeMs: 60 * minuteMs });
    for (const party of [a, b]) refresh(lab, party, 3_600);
    bind(lab, a, b);
    bind(lab, b, a);
    expect(hears(lab, a, b)).toBe("ChannelData");
    refresh(lab, b, 600);
    lab.now += 10 * minuteMs;
    expect(hears(lab, a, b)).toBe("nothing");
  });

  test("when one of the two allocations is given up", () => {
    const { lab, a, b } = talk();
    refresh(lab, b, 0);
    expect(hears(lab, a, b)).toBe("nothing");
    expect(hears(lab, b, a)).toBe("nothing");
  });

  test("when the call ends", () => {
    const { lab, a, b } = talk();
    lab.order((core) => core.endCall("call", lab.now));
    expect([hears(lab, a, b), hears(lab, b, a)]).toEqual(["nothing", "nothing"]);
  });

  test("when the call is joined with another device", () => {
    const { lab, a, b } = talk();
    const join = { callerDevice: "a1", calleeDevice: "b2" };
    lab.order((core) =>
      core.declareCall({ connection: "control" }, { callId: "call", join }, lab.now),
    );
    expect([hears(lab, a, b), hears(lab, b, a)]).toEqual(["nothing", "nothing"]);
  });

  test.each(["ipv4", "tcp"] as const)("when the receiver over %s is gone", (way) => {
    const { lab, a, b } = talk(["ipv6", way]);
    if (way === "tcp") lab.disconnect(b.client);
    else lab.follow([ipv6]);
    expect(tell(lab, a.client, channelData(0x4000, Buffer.from("hello")))).toEqual([]);
  });

  test("when the receiver binds a channel", () => {
    const lab = new TwinLab(1);
    const [a, b] = twinCall(lab, "call", ["ipv4", "ipv6"]);
    bind(lab, a, b);
    expect(hears(lab, a, b)).toBe("a Data indication");
    bind(lab, b, a);
    expect(hears(lab, a, b)).toBe("ChannelData");
  });

  test("when its number is bound to another peer, after it expired", () => {
    const { lab, a, b } = talk();
    lab.now += 9 * minuteMs;
    for (const party of [a, b]) refresh(lab, party, 3_600);
    expect(bind(lab, a, { ...b, relayed: { ip: b.relayed.ip, port: 1_024 } })).toBe(400);
    lab.now += minuteMs;
    expect(bind(lab, a, { ...b, relayed: { ip: b.relayed.ip, port: 1_024 } })).toBe(0);
    expect(hears(lab, a, b)).toBe("nothing");
    expect(bind(lab, a, b, 0x4001)).toBe(0);
    expect(hears(lab, a, b, 0x4001)).toBe("a Data indication");
  });
});

describe("local addresses", () => {
  test("that come and go leave no route that leads over another one", () => {
    const { lab, a, b } = talk(["ipv4", "ipv6"]);
    for (const addresses of [[ipv6], [ipv4], [], [ipv6, ipv4], [ipv4, ipv6]]) {
      lab.follow(addresses);
      // The links change their numbers on the way; whoever is there reaches whoever is there.
      const isWhole = addresses.length === 2;
      expect(hears(lab, a, b)).toBe(isWhole ? "ChannelData" : "nothing");
      expect(hears(lab, b, a)).toBe(isWhole ? "ChannelData" : "nothing");
    }
  });
});

describe("what the kernel does not take", () => {
  test("is counted, and what is behind it leaves", () => {
    const { lab, a, b } = talk();
    const fates = [0.015, 0.005, 1];
    lab.kernel.misfortune = () => fates.shift() ?? 1;
    for (const text of ["lost", "heard", "too"]) {
      lab.send(a.client, channelData(0x4000, Buffer.from(text)));
    }
    const { actual } = lab.settle();
    expect(actual.map((one) => dataIn(departureBytes(one)))).toEqual(["heard", "too"]);
    expect(lab.batchedCore.counters.drops.unsent).toBe(1);
    expect(hears(lab, b, a)).toBe("ChannelData");
  });

  test("because its buffer is full is dropped, and never sent late", () => {
    const { lab, a, b } = talk();
    lab.kernel.misfortune = () => 0.025;
    for (const text of ["one", "two"]) lab.send(a.client, channelData(0x4000, Buffer.from(text)));
    expect(lab.settle().actual).toEqual([]);
    expect(lab.batchedCore.counters.drops.unsent).toBe(2);
    lab.kernel.misfortune = () => 1;
    expect(hears(lab, a, b)).toBe("ChannelData");
  });
});

/** Sends texts of these lengths, and says how many messages the kernel was given for them. */
function sendRow(lengths: readonly number[], takesSegments = true) {
  const { lab, a } = talk();
  lab.kernel.takesSegments = takesSegments;
  for (const length of lengths) lab.send(a.client, channelData(0x4000, Buffer.alloc(length)));
  const before = lab.kernel.messages;
  const { expected, actual } = lab.settle();
  expect(actual).toEqual(expected);
  return { lab, messages: lab.kernel.messages - before };
}

describe("packets of one length in a row, to one receiver", () => {
  test.each([
    [[160, 160, 160], 1],
    [[160, 160, 90], 1],
    [[160, 90, 160], 2],
    [[90, 160, 160], 2],
    [[0, 0, 0], 1],
    [[1_468, 1_468], 1],
    [[1_472, 1_472], 2],
    [Array.from({ length: 60 }, () => 1_200), 2],
  ])("leave as one message that the kernel cuts: %j", (lengths, messages) => {
    expect(sendRow(lengths).messages).toBe(messages);
  });

  test("leave one by one where a device cannot cut them, and from then on", () => {
    const { lab, messages } = sendRow([160, 160, 160], false);
    expect([messages, lab.batchedCore.counters.drops.unsent]).toEqual([3, 0]);
  });

  test("leave one by one where they are together too much for the way", () => {
    const { lab, a } = talk();
    const fates = [0.015, 1, 0.015, 1];
    lab.kernel.misfortune = () => fates.shift() ?? 1;
    for (const text of ["1", "2", "3"]) lab.send(a.client, channelData(0x4000, Buffer.from(text)));
    const { actual } = lab.settle();
    expect(actual.map((one) => dataIn(departureBytes(one)))).toEqual(["1", "2", "3"]);
  });
});

test("a datagram of 65,507 bytes passes as it is, and in an indication it is too long", () => {
  const { lab, a, b } = talk();
  const longest = channelData(0x4000, Buffer.alloc(65_503, "x"));
  expect(tell(lab, a.client, longest)).toHaveLength(1);
  const { turn } = a.client;
  expect(tell(lab, a.client, turn.sendIndication(b.relayed, Buffer.alloc(65_000)))).toHaveLength(1);
  lab.now += 10 * minuteMs - 1;
  bind(lab, a, b);
  for (const party of [a, b]) refresh(lab, party, 3_600);
  lab.now += 1;
  expect(tell(lab, a.client, longest)).toEqual([]);
  expect(lab.batchedCore.counters.drops.unsent).toBe(1);
});

test("a packet from port 0 is nobody's", () => {
  const { lab, a } = talk();
  const nobody = { ...a.client, tuple: { ...a.client.tuple, port: 0 } };
  lab.send(nobody, a.client.turn.allocate([], { isSigned: false }));
  expect(lab.settle().actual).toEqual([]);
});

test("what expires is swept also after the clock was set back", () => {
  const { lab, a } = talk();
  lab.setBackMs = 60 * minuteMs;
  lab.now -= lab.setBackMs;
  for (const party of twinCall(lab, "another", ["ipv4", "ipv4"])) refresh(lab, party, 600);
  lab.order((core) => core.endCall("call", lab.now));
  expect(lab.batchedCore.tables().allocations).toBe(2);
  lab.now += 10 * minuteMs;
  lab.send(a.client, Buffer.of(0));
  lab.settle();
  expect(lab.batchedCore.tables().allocations).toBe(0);
});
