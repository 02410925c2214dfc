import type { CallEnd } from "@ringfence/client";
import { Handle } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { endWords } from "./end-words.ts";

const bob = { handle: Handle.parse("bob"), displayName: "Bob" };
const rang = {
  role: "caller",
  with: bob,
  relayReach: {},
  connectedAtMs: null,
  trustFault: null,
} as const;
const wasRung = { ...rang, role: "callee" } as const;

describe("the words for the end of a call", () => {
  test("do not say that nobody was rung where the answer to the invite is missing", () => {
    expect(endWords("unreachable", rang).next).toMatch(/^It may have rung for @bob\./);
  });

  test("speak of the answer, and of no ring, to whoever accepted without reaching the server", () => {
    const { title, next } = endWords("unreachable", wasRung);
    expect(title).toBe("Your answer may not have arrived.");
    expect(next).not.toMatch(/rung/);
  });

  test("blame no side and claim no minute where the server has the call no longer", () => {
    expect(endWords("lost", rang).next).toMatch(/^The call ended while a connection was away\./);
  });

  test("name too many calls only where the server did", () => {
    expect(endWords("too-many-requests", rang).title).toBe("Too many calls in a short time.");
    expect(endWords("refused", rang).next).not.toMatch(/too many/i);
    expect(endWords("refused", wasRung).next).toBe("The ring was over already, perhaps.");
  });

  test("name the ways that were tried where none of them led to the relay", () => {
    const relayReach = { udp: "failed", tcp: "failed" } as const;
    expect(endWords("failed", { ...rang, relayReach }).next).toMatch(
      /^From your network .* UDP or TCP\./,
    );
    expect(
      endWords("failed", { ...rang, relayReach: { ...relayReach, tls: "reached" } }).next,
    ).toMatch(/^No sound got through\./);
  });

  test("say of a call that was stopped what did not fit, who may be why, and what to do", () => {
    const trustFault = { type: "certificate" } as const;
    const { title, next } = endWords("untrusted", { ...rang, trustFault });
    expect(title).toBe("The call was stopped: somebody may be in the middle.");
    expect(next).toMatch(/^The connection led to another place than the device of @bob\./);
    expect(next).toMatch(/This server, or whoever controls it/);
    expect(next).toMatch(/another way, in person or by phone/);
  });

  test("say of a browser without keys that nobody was rung, and that a ring goes on elsewhere", () => {
    expect(endWords("no-keys", rang).next).toMatch(/@bob was not rung/);
    expect(endWords("no-keys", wasRung).next).toMatch(/still rings/);
  });

  test("say of a question that stood too long how long the call waits, and blame no connection", () => {
    const { next, mayTestConnection } = endWords("undecided", rang);
    expect(next).toMatch(/^It waits 5 minutes\. Ask @bob first/);
    expect(mayTestConnection).toBe(false);
    const other = endWords("other-undecided", rang);
    expect(other.title).toBe("@bob did not decide in time.");
    expect(other.next).toMatch(/does not know yours as it did before.*Tell @bob that it is/);
    expect(other.mayTestConnection).toBe(false);
  });

  test("say of a call whose emoji differ that it may have been heard, where there was sound", () => {
    const { next, mayCallBack } = endWords("different-emoji", { ...rang, connectedAtMs: 1 });
    expect(next).toMatch(/may have heard what you said/);
    expect(mayCallBack).toBe(false);
    expect(endWords("different-emoji", rang).next).not.toMatch(/heard/);
  });

  test.each<[CallEnd, boolean]>([
    ["untrusted", false],
    ["failed", true],
    ["lost", true],
    ["unreachable", true],
    ["declined", false],
    ["server-unavailable", false],
  ])("offer a test of the connection where that may be why: %s", (reason, isOffered) => {
    expect(endWords(reason, rang).mayTestConnection).toBe(isOffered);
  });
});
