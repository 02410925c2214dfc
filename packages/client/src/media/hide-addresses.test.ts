import { readFileSync } from "node:fs";
import { checkDescription } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { hideAddresses, hideNetwork } from "./hide-addresses.ts";

function fixture(name: string): string {
  const url = new URL(`../../../protocol/fixtures/${name}.sdp`, import.meta.url);
  return readFileSync(url, "utf8").replaceAll("\n", "\r\n");
}

describe("a description that leaves this browser", () => {
  test.each(["chromium-156-offer", "chromium-156-answer", "firefox-like-offer"])(
    "shows no address but its candidates': %s",
    (name) => {
      const sdp = hideAddresses(fixture(name));
      expect(checkDescription(sdp)).toEqual({ allowed: true });
      const others = sdp.split("\r\n").filter((line) => !line.startsWith("a=candidate:"));
      expect(others.join("\n")).not.toMatch(/127\.0\.0\.1|192\.0\.2\./);
    },
  );

  test("says the same of everything else", () => {
    const before = fixture("chromium-156-offer").split("\r\n");
    const after = hideAddresses(before.join("\r\n")).split("\r\n");
    const changed = before.filter((line, index) => line !== after[index]);
    expect(changed.map((line) => line.split(/[ =:]/)[0])).toEqual(["o", "m", "c", "a"]);
  });

  test("does not say which network of the machine a candidate is of, nor what it costs", () => {
    const candidate =
      "candidate:1 1 udp 5 192.0.2.1 5 typ relay raddr 0.0.0.0 rport 0 generation 0";
    expect(hideNetwork(`${candidate} ufrag xU+A network-id 3 network-cost 900`)).toBe(
      `${candidate} ufrag xU+A`,
    );
  });

  test("keeps refusing a section that it refused", () => {
    expect(hideAddresses("m=video 0 UDP/TLS/RTP/SAVPF 96\r\n")).toBe(
      "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n",
    );
  });
});
