import type { ConnectionTestSnapshot, PathResult } from "@ringfence/client";
import { describe, expect, test } from "vitest";
import { connectionReport } from "./connection-report.ts";
import { pathWords, progressOf, serverWords, verdictOf } from "./connection-words.ts";

type Tested = Omit<ConnectionTestSnapshot, "state">;

const works = { state: "works", roundTripMs: 24.4, loss: 0 } as const;
const noRelay: PathResult = { state: "no-relay" };
const noMedia: PathResult = { state: "no-media" };
const notOffered: PathResult = { state: "not-offered" };

const wellTested: Tested = {
  server: { state: "works", roundTripMs: 31 },
  live: "works",
  paths: { udp: works, tcp: works, tls: works },
};

const tested = (change: Partial<Tested>): Tested => ({ ...wellTested, ...change });
const failed = (why: "unreachable" | "no-relay" | "too-often" | "refused") =>
  tested({
    server: { state: "failed", why },
    paths: {
      udp: { state: "not-tested" },
      tcp: { state: "not-tested" },
      tls: { state: "not-tested" },
    },
  });

describe("what a test of the connection means", () => {
  test.each<[string, Tested, string, RegExp]>([
    ["all works", wellTested, "plain", /get through well/],
    [
      "UDP is blocked",
      tested({ paths: { udp: noRelay, tcp: works, tls: works } }),
      "attention",
      /not over UDP/,
    ],
    [
      "TLS alone works",
      tested({ paths: { udp: noRelay, tcp: noRelay, tls: works } }),
      "attention",
      /not over UDP/,
    ],
    [
      "the server offers TCP alone, and that works",
      tested({ paths: { udp: notOffered, tcp: works, tls: notOffered } }),
      "plain",
      /get through well/,
    ],
    [
      "nothing gets to the relay",
      tested({ paths: { udp: noRelay, tcp: noRelay, tls: notOffered } }),
      "problem",
      /No call gets through from this network/,
    ],
    [
      "the relay answers and carries nothing",
      tested({ paths: { udp: noMedia, tcp: noRelay, tls: noRelay } }),
      "problem",
      /no sound comes back/,
    ],
    [
      "a tenth is lost",
      tested({ paths: { ...wellTested.paths, udp: { ...works, loss: 0.1 } } }),
      "attention",
      /poor/,
    ],
    [
      "it takes long",
      tested({ paths: { ...wellTested.paths, udp: { ...works, roundTripMs: 400 } } }),
      "attention",
      /not steady/,
    ],
    ["nobody can ring", tested({ live: "failed" }), "problem", /nobody can ring you here/],
    ["the page is of an older version", tested({ live: "outdated" }), "attention", /out of date/],
    ["the server is gone", failed("unreachable"), "problem", /server does not answer/],
    ["no relay runs", failed("no-relay"), "problem", /relay is not running/],
    ["it was tested often", failed("too-often"), "attention", /tested often/],
    ["the server refuses", failed("refused"), "problem", /did not begin/],
  ])("%s", (_, snapshot, tone, words) => {
    const verdict = verdictOf(snapshot);
    expect(verdict.tone).toBe(tone);
    expect(verdict.what).toMatch(words);
    // Whatever is not well has a next step.
    expect(verdict.next === null).toBe(tone === "plain");
  });
});

test.each<[PathResult, string]>([
  [works, "Works · 24 ms there and back · nothing lost"],
  [{ state: "works", roundTripMs: 80.6, loss: 0.034 }, "Works · 81 ms there and back · 3.4 % lost"],
  [{ state: "works", roundTripMs: 80, loss: 0.25 }, "Works · 80 ms there and back · 25 % lost"],
])("a path that works has its figures: %o", (result, words) => {
  expect(pathWords(result)).toBe(words);
});

test.each([
  ["unreachable", /^Does not answer$/],
  ["no-relay", /relay is not running/],
  ["too-often", /wait a minute/],
  ["refused", /^Refuses/],
] as const)("a server that does not begin the test is said to be %s", (why, words) => {
  expect(serverWords({ state: "failed", why })).toMatch(words);
});

test("its steps are counted as they come to an end", () => {
  expect(progressOf(wellTested)).toEqual({ done: 5, all: 5 });
  const paths = { udp: works, tcp: { state: "running" }, tls: { state: "waiting" } } as const;
  expect(progressOf(tested({ live: "running", paths }))).toEqual({ done: 2, all: 5 });
});

test("the report for the operator says the time, the results and the browser, and no address", () => {
  const browser = { make: "firefox", system: "windows", isInstalled: false } as const;
  const at = Date.parse("2026-11-21T17:00:00Z");
  const paths = { udp: noRelay, tcp: works, tls: notOffered };
  expect(connectionReport(tested({ paths }), browser, at)).toBe(
    `Ringfence connection test, 2026-11-21 17:00 UTC
Calls work here, but not over UDP. This network, or a firewall before the server, blocks UDP. Sound may stutter when the network is busy; another network may be better.
- The server: Answers in 31 ms
- The live connection: Stands: calls can reach this page
- A call over UDP: The relay does not answer this way
- A call over TCP: Works · 24 ms there and back · nothing lost
- A call over TLS: This server does not offer it
- Browser: firefox on windows
`,
  );
});
