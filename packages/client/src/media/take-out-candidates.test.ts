import { expect, test } from "vitest";
import { takeOutCandidates } from "./take-out-candidates.ts";

const lines = (...all: string[]) => all.map((line) => `${line}\r\n`).join("");
const first = "candidate:1 1 udp 58597631 192.0.2.7 49152 typ relay raddr 0.0.0.0 rport 0";
const second = "candidate:2 1 udp 25042943 192.0.2.9 49153 typ relay raddr 0.0.0.0 rport 0";

test("candidates leave a description with the number of their section, and nothing else does", () => {
  const taken = takeOutCandidates(
    lines(
      "v=0",
      "m=audio 9 UDP/TLS/RTP/SAVPF 111",
      `a=${first}`,
      "a=end-of-candidates",
      "a=mid:0",
      "m=video 9 UDP/TLS/RTP/SAVPF 96",
      "a=mid:1",
      `a=${second}`,
    ),
  );
  expect(taken).toEqual({
    description: lines(
      "v=0",
      "m=audio 9 UDP/TLS/RTP/SAVPF 111",
      "a=mid:0",
      "m=video 9 UDP/TLS/RTP/SAVPF 96",
      "a=mid:1",
    ),
    candidates: [
      { candidate: first, sdpMid: null, sdpMLineIndex: 0 },
      { candidate: second, sdpMid: null, sdpMLineIndex: 1 },
    ],
  });
});

test("a description without candidates stays as it is", () => {
  const description = lines("v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=mid:0");
  expect(takeOutCandidates(description)).toEqual({ description, candidates: [] });
});
