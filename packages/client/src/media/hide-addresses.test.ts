import { readFileSync } from "node:fs";
import { checkDescription } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { hideAddresses, hideDirectCandidates, hideNetwork, hideRelated } from "./hide-addresses.ts";

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

describe("a description of a direct call", () => {
  const relayed = "a=candidate:1 1 udp 5 192.0.2.1 5 typ relay raddr 198.51.100.4 rport 61234";
  const host = "a=candidate:2 1 udp 9 192.168.1.7 61234 typ host generation 0";
  const reflexive = "a=candidate:3 1 udp 8 198.51.100.4 61234 typ srflx raddr 192.168.1.7 rport 5";

  test("says no more than one of a relayed call, whatever the browser gathered", () => {
    const offer = hideAddresses(fixture("chromium-156-offer"));
    const gathered = offer.replace("a=mid:0", `${host}\r\n${reflexive}\r\n${relayed}\r\na=mid:0`);
    expect(gathered).not.toBe(offer);
    expect(checkDescription(gathered).allowed).toBe(false);
    const sent = hideDirectCandidates(`${gathered}a=end-of-candidates\r\n`);
    expect(checkDescription(sent)).toEqual({ allowed: true });
    expect(sent).not.toMatch(/198\.51\.100\.4|192\.168\.1\.7|end-of-candidates/);
    expect(sent).toContain(" typ relay raddr 0.0.0.0 rport 0\r\n");
  });

  test("has candidates that do not say from where they were found", () => {
    expect(hideRelated(reflexive)).toBe(
      "a=candidate:3 1 udp 8 198.51.100.4 61234 typ srflx raddr 0.0.0.0 rport 0",
    );
    expect(hideRelated(host)).toBe(host);
  });
});
