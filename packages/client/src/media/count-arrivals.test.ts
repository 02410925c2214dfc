import { expect, test } from "vitest";
import { countArrivals } from "./count-arrivals.ts";

const before = {
  sound: { type: "inbound-rtp", kind: "audio", packetsReceived: 10 },
  picture: { type: "inbound-rtp", kind: "video", packetsReceived: 4 },
  pair: { type: "candidate-pair", bytesReceived: 900, responsesReceived: 3 },
};

test.each([
  ["a packet of sound", { sound: { ...before.sound, packetsReceived: 11 } }, true],
  ["a packet of a picture", { picture: { ...before.picture, packetsReceived: 5 } }, true],
  ["a report, or a word over the channel", { pair: { ...before.pair, bytesReceived: 960 } }, true],
  ["the answer to a check", { pair: { ...before.pair, responsesReceived: 4 } }, false],
  ["what this side has sent", { sent: { type: "outbound-rtp", packetsSent: 9 } }, false],
])("%s makes the number another: %o %s", (_, change, isOther) => {
  const after = countArrivals(Object.entries({ ...before, ...change }));
  expect(after !== countArrivals(Object.entries(before))).toBe(isOther);
});
