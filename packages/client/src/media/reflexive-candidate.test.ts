import { checkCandidate } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { reflexiveCandidateOf } from "./reflexive-candidate.ts";

const relayed = "candidate:99 1 udp 41885439 192.0.2.7 50089 typ relay";

describe("what a relayed candidate says of this browser's router", () => {
  test("is a candidate that a direct call may have", () => {
    const candidate = reflexiveCandidateOf(
      `${relayed} raddr 198.51.100.20 rport 59304 generation 0`,
    );
    expect(candidate).toBe(
      "candidate:r99 1 udp 1694498815 198.51.100.20 59304 typ srflx raddr 0.0.0.0 rport 0",
    );
    const trickled = { candidate: candidate ?? "", sdpMid: "0", sdpMLineIndex: 0 };
    expect(checkCandidate(trickled, "direct")).toEqual({ allowed: true });
  });

  test.each([
    ["where the browser hides it", `${relayed} raddr 0.0.0.0 rport 0`],
    ["where it says nothing", relayed],
    ["in another type", "candidate:1 1 udp 5 192.168.1.7 5 typ host"],
  ])("is nothing %s", (_, candidate) => {
    expect(reflexiveCandidateOf(candidate)).toBeNull();
  });
});
