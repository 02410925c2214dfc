import type { CurrentCall } from "@ringfence/client";
import { Handle } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { acceptWords, waitingWords } from "./accept-words.ts";

const current = { with: { handle: Handle.parse("bob"), displayName: "Bob" } } as CurrentCall;

describe("the words of a ring that waits", () => {
  test("name what accepting ends, in the button and beside it", () => {
    expect(acceptWords("call").accept).toBe("End this call and accept");
    expect(waitingWords({ isWaiting: true, acceptEnds: "call" }, current)).toMatch(
      /^You are in a call with @bob\./,
    );
    expect(acceptWords("ring").acceptWithVideo).toBe("Stop ringing and accept with video");
    expect(waitingWords({ isWaiting: true, acceptEnds: "ring" }, current)).toMatch(
      /^You are ringing @bob\./,
    );
  });

  test("say that a call on another device goes on", () => {
    expect(acceptWords("nothing").accept).toBe("Accept");
    expect(waitingWords({ isWaiting: true, acceptEnds: "nothing" }, null)).toMatch(
      /on another device\. That call goes on\.$/,
    );
  });

  test("are none where it does not wait", () => {
    expect(waitingWords({ isWaiting: false, acceptEnds: "nothing" }, null)).toBeNull();
  });
});
