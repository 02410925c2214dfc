import { describe, expect, it } from "vitest";
import { createLogger } from "./logger.ts";

function collector(isTTY: boolean) {
  const lines: string[] = [];
  return { isTTY, lines, write: (text: string) => lines.push(text) };
}

describe("the logger", () => {
  it("writes one readable line for an event on a terminal", () => {
    const output = collector(true);
    createLogger("info", output).info({ call: "7f3a" }, "ringing -> connected");
    expect(output.lines.join("")).toMatch(
      /^\d\d:\d\d:\d\d {2}ringing -> connected {2}call=7f3a\n$/,
    );
  });

  it("writes one JSON object for an event elsewhere", () => {
    const output = collector(false);
    createLogger("info", output).warn({ call: "7f3a" }, "ringing -> ended");
    expect(JSON.parse(output.lines.join(""))).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      level: 40,
      call: "7f3a",
      msg: "ringing -> ended",
    });
  });

  it("keeps quiet below its level", () => {
    const output = collector(false);
    createLogger("warn", output).info("ringing");
    expect(output.lines).toEqual([]);
  });

  it("tells what failed without the address that it failed at", () => {
    const output = collector(false);
    const failure = Object.assign(new Error("connect ECONNREFUSED 192.0.2.7:443"), {
      code: "ECONNREFUSED",
      syscall: "connect",
      address: "192.0.2.7",
    });
    createLogger("info", output).error({ err: failure }, "a delivery failed");
    const text = output.lines.join("");
    expect(text).toContain("ECONNREFUSED");
    expect(text).not.toContain("192.0.2.7");
  });

  it("tells the message and the place of an error of our own", () => {
    const output = collector(true);
    createLogger("info", output).error({ err: new TypeError("no such state") }, "a call failed");
    expect(output.lines.join("")).toContain("no such state");
    expect(output.lines.join("")).toContain("logger.test.ts");
  });
});
