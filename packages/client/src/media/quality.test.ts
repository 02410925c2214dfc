import { describe, expect, test } from "vitest";
import { judgeQuality, type Measurement, nothingMeasured, readMeasurement } from "./quality.ts";

const before = { ...nothingMeasured, audioPacketsReceived: 1_000, audioPacketsLost: 50 };

function after(change: Partial<Measurement> & { received?: number; lost?: number }): Measurement {
  const { received = 100, lost = 0, ...rest } = change;
  return {
    audioPacketsReceived: before.audioPacketsReceived + received,
    audioPacketsLost: before.audioPacketsLost + lost,
    jitterMs: 5,
    roundTripMs: 60,
    path: "relayed",
    cameraFramesDecoded: 0,
    sentAudio: null,
    ...rest,
  };
}

describe("the quality of a call", () => {
  test.each([
    ["nothing is lost and nothing is late", after({}), "good", null],
    ["one packet in thirty is lost", after({ received: 97, lost: 3 }), "fair", "loss"],
    ["one packet in ten is lost", after({ received: 90, lost: 10 }), "poor", "loss"],
    ["an answer takes 400 ms", after({ roundTripMs: 400 }), "fair", "delay"],
    ["an answer takes 800 ms", after({ roundTripMs: 800 }), "poor", "delay"],
    ["packets come 60 ms apart from their time", after({ jitterMs: 60 }), "fair", "jitter"],
    [
      "the worst of two decides",
      after({ received: 97, lost: 3, roundTripMs: 800 }),
      "poor",
      "delay",
    ],
    ["what was lost before is not held against it", after({ lost: -3 }), "good", null],
    ["the other side only listens", after({ received: 0 }), "good", null],
    ["nothing was measured", after({ received: 0, roundTripMs: null }), "unknown", null],
  ] as const)("when %s", (_, now, quality, cause) => {
    expect(judgeQuality(before, now)).toEqual({ quality, cause });
  });

  test("is measured on the pair in use, not on one that was nominated before", () => {
    const report = new Map<string, unknown>([
      ["T", { type: "transport", id: "T", selectedCandidatePairId: "B" }],
      ["A", { type: "candidate-pair", id: "A", nominated: true, currentRoundTripTime: 0.9 }],
      ["B", { type: "candidate-pair", id: "B", nominated: true, currentRoundTripTime: 0.05 }],
      ["V", video("V", "camera", 12)],
      ["W", video("W", "screen", 34)],
      [
        "R",
        {
          type: "remote-inbound-rtp",
          id: "R",
          kind: "audio",
          fractionLost: 0.25,
          roundTripTime: 0.08,
        },
      ],
      [
        "S",
        {
          type: "inbound-rtp",
          id: "S",
          kind: "audio",
          packetsReceived: 7,
          packetsLost: 2,
          jitter: 0.004,
        },
      ],
    ]);
    expect(readMeasurement(report, "camera")).toEqual({
      audioPacketsReceived: 7,
      audioPacketsLost: 2,
      jitterMs: 4,
      roundTripMs: 50,
      path: null,
      cameraFramesDecoded: 12,
      sentAudio: { loss: 0.25, roundTripMs: 80 },
    });
  });
});

describe("the path of a call", () => {
  test.each([
    ["relay", "relay", "relayed"],
    ["relay", "prflx", "relayed"],
    ["srflx", "relay", "relayed"],
    ["host", "host", "direct"],
    ["srflx", "prflx", "direct"],
  ])("from %s to %s is %s", (local, remote, path) => {
    const report = new Map<string, unknown>([
      ["T", { type: "transport", id: "T", selectedCandidatePairId: "B" }],
      ["A", { type: "candidate-pair", id: "A", nominated: true, ...ends("R", "R") }],
      ["B", { type: "candidate-pair", id: "B", nominated: true, ...ends("L", "M") }],
      ["L", { type: "local-candidate", id: "L", candidateType: local }],
      ["M", { type: "remote-candidate", id: "M", candidateType: remote }],
      ["R", { type: "remote-candidate", id: "R", candidateType: "relay" }],
    ]);
    expect(readMeasurement(report).path).toBe(path);
  });
});

function video(id: string, trackIdentifier: string, framesDecoded: number) {
  const kind = "video";
  return { type: "inbound-rtp", id, kind, trackIdentifier, framesDecoded, packetsReceived: 9_999 };
}

function ends(localCandidateId: string, remoteCandidateId: string) {
  return { currentRoundTripTime: 0.05, localCandidateId, remoteCandidateId };
}
