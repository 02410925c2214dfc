import { describe, expect, it } from "vitest";
import { SimulationError } from "./errors.ts";
import { readOptions } from "./options.ts";

const code = "0123456789abcdef";
const target = "https://calls.example.org";

function read(values: Record<string, string>, environment: Record<string, string> = {}) {
  const typed = { flags: new Set<string>(), values: new Map(Object.entries(values)) };
  return readOptions(typed, { ALLOW_SIMULATION: code, ...environment });
}

function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SimulationError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "";
}

describe("the options of a simulation", () => {
  it("are complete with a target alone", () => {
    expect(read({ target })).toEqual({
      origin: target,
      code,
      people: 50,
      callsPerSecond: 1,
      minutes: 1,
      mediaShare: 0.05,
      mix: "default",
      seed: 1,
      invitation: undefined,
      metricsToken: undefined,
      isJson: false,
      isCleaning: false,
    });
  });

  it("take an invitation as its link, and the metrics token from the settings too", () => {
    const given = { target, invitation: "https://calls.example.org/join#abc" };
    expect(read(given, { METRICS_TOKEN: "t" })).toMatchObject({
      invitation: "abc",
      metricsToken: "t",
    });
  });

  it("begin with fewer calls where there are few people", () => {
    expect(read({ target, people: "3" }).callsPerSecond).toBeCloseTo(0.4);
  });

  it.each([
    [{}, "usage: --target is the server's address"],
    [{ target: "calls.example.org" }, "usage: --target"],
    [{ target: "https://calls.example.org/path" }, "usage: --target"],
    [{ target: "ftp://calls.example.org" }, "usage: --target"],
    [{ target: "http://calls.example.org" }, "insecure-target: Passwords"],
    [{ target: "http://127.0.0.1.example.org" }, "insecure-target"],
    [{ target: "http://10.0.0.1" }, "insecure-target"],
    [{ target, people: "1" }, "usage: --people is a number from 2"],
    [{ target, people: "100000" }, "usage: --people"],
    [{ target, people: "2.5" }, "usage: --people is a whole number"],
    [{ target, rate: "0" }, "usage: --rate"],
    [{ target, rate: "-1" }, "usage: --rate"],
    [{ target, people: "30", rate: "5" }, "usage: --rate is at most 4 calls a second"],
    [{ target, minutes: "1e3" }, "usage: --minutes"],
    [{ target, minutes: "61" }, "usage: --minutes"],
    [{ target, media: "1.5" }, "usage: --media"],
    [{ target, mix: "wild" }, "usage: --mix is one of default and answered"],
    [{ target, mix: "toString" }, "usage: --mix"],
    [{ target, seed: "x" }, "usage: --seed"],
  ])("are refused with a code and a sentence: %o", (values, refusal) => {
    expect(refusalOf(() => read(values as Record<string, string>))).toContain(refusal);
  });

  it.each([["http://localhost:8480"], ["http://127.0.0.1:8480"], ["http://[::1]:8480"]])(
    "may be without HTTPS on this machine: %s",
    (local) => {
      expect(read({ target: local }).origin).toBe(local);
    },
  );

  it.each([[""], ["short"]])("need the server's code: %j", (given) => {
    const refusal = refusalOf(() => read({ target }, { ALLOW_SIMULATION: given }));
    expect(refusal).toContain("not-allowed: A simulation needs the server's consent.");
  });
});
