import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { readConfig } from "../config.ts";
import { isSecure } from "./origin.ts";
import { createSourceNames } from "./request-source.ts";
import { isProxyAddress } from "./trusted-proxy.ts";

const settingsOf = (TRUST_PROXY: string) => readConfig({ TRUST_PROXY });
const listed = "10.0.0.5, 2001:DB8:0:0::7, ::ffff:192.0.2.9";

function from(remoteAddress: string, headers: IncomingMessage["headers"]): IncomingMessage {
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

describe("a proxy is believed by the address that it comes from", () => {
  test.each([
    ["1", "127.0.0.1", true],
    ["1", "::1", true],
    ["1", "::ffff:127.0.0.1", true],
    ["1", "10.0.0.5", true],
    ["1", "172.17.0.1", true],
    ["true", "::ffff:192.168.1.20", true],
    ["1", "fd12::7", true],
    ["1", "203.0.113.7", false],
    ["1", "::ffff:8.8.8.8", false],
    ["1", "2a00::1", false],
    ["1", undefined, false],
    ["0", "127.0.0.1", false],
    [listed, "10.0.0.5", true],
    [listed, "::ffff:10.0.0.5", true],
    [listed, "2001:db8::7", true],
    [listed, "192.0.2.9", true],
    [listed, "10.0.0.6", false],
    [listed, "127.0.0.1", false],
    [listed, undefined, false],
  ])("TRUST_PROXY=%s: %s -> %s", (setting, address, isBelieved) => {
    expect(isProxyAddress(address, settingsOf(setting))).toBe(isBelieved);
  });
});

describe("whoever comes past the proxy to the open port", () => {
  const settings = { ...settingsOf("1"), publicOrigin: undefined };

  test("is counted by their own address, whatever they write", () => {
    const nameOf = createSourceNames(settings, () => 0);
    const names = ["192.0.2.1", "192.0.2.2"].map((invented) =>
      nameOf(from("8.8.8.8", { "x-forwarded-for": invented })),
    );
    expect(new Set([...names, nameOf(from("8.8.8.8", {}))]).size).toBe(1);
  });

  test("does not speak TLS by saying so", () => {
    const headers = { "x-forwarded-proto": "https" };
    expect(isSecure(from("8.8.8.8", headers), settings)).toBe(false);
    expect(isSecure(from("127.0.0.1", headers), settings)).toBe(true);
  });
});
