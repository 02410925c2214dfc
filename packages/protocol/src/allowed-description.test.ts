import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkDescription } from "./allowed-description.ts";
import { limits } from "./limits.ts";

/** Fixtures are kept with LF; on the wire every line ends with CRLF. */
function fixture(name: string): string {
  const url = new URL(`../fixtures/${name}.sdp`, import.meta.url);
  return readFileSync(url, "utf8").replaceAll("\n", "\r\n");
}

/**
 * Before the client rewrote them. Chromium's are what it made, with 192.0.2.1 for the address of
 * the relay on the same machine; Firefox's is put together from how Firefox writes each line.
 */
const asMade = {
  offer: fixture("chromium-156-offer"),
  answer: fixture("chromium-156-answer"),
  firefox: fixture("firefox-like-offer"),
};

/** What the client makes of them: nothing in o=, c= and a=rtcp. */
function rewritten(sdp: string): string {
  return withoutOrigin(sdp).replaceAll(/c=IN IP4 \S+/g, "c=IN IP4 0.0.0.0");
}

function withoutOrigin(sdp: string): string {
  return sdp.replace(/o=\S+ (.*) IN IP4 \S+/, "o=- $1 IN IP4 0.0.0.0");
}

const offer = rewritten(asMade.offer);

/** The offer with the first occurrence of one text replaced by another. */
function changed(from: string | RegExp, to: string): string {
  const sdp = offer.replace(from, to);
  expect(sdp).not.toBe(offer);
  return sdp;
}

const videoSection = offer.match(/m=video[^]+?(?=m=)/)?.[0] ?? "";

/** The offer with one more section of a kind that it has. */
function withMore(section: string, mid: string): string {
  return offer.replace("BUNDLE 0 1 2", `BUNDLE 0 1 2 ${mid}`) + withMid(section, mid);
}

function withMid(section: string, mid: string): string {
  return section.replace(/a=mid:\S+/, `a=mid:${mid}`);
}

const withScreen = withMore(videoSection, "3");

const pwd = /a=ice-pwd:\S+\r\n/g;
const fingerprint = /a=fingerprint:\S+ \S+\r\n/;

describe("a description of a relayed call", () => {
  test.each([
    ["Chromium's offer", offer],
    ["Chromium's answer", rewritten(asMade.answer)],
    ["a Firefox offer, whose candidates repeat themselves", rewritten(asMade.firefox)],
    [
      "one that names its relayed address in c=, as browsers write it",
      withoutOrigin(asMade.firefox),
    ],
    ["one before its candidates, which trickle", changed(/a=candidate:[^\r]+\r\n/, "")],
    [
      "one whose video is refused",
      changed(/m=video 9/, "m=video 0").replace("BUNDLE 0 1 2", "BUNDLE 0 2"),
    ],
    ["one that can carry a screen beside the camera", withScreen],
    [
      "one whose video exists only in the bundle",
      changed(/m=video 9([^\r]+)\r\n/, "m=video 0$1\r\na=bundle-only\r\n"),
    ],
  ])("may be %s", (_, sdp) => {
    expect(checkDescription(sdp)).toEqual({ allowed: true });
  });

  test("is refused as Chromium makes it, with the browser's own address in o=", () => {
    expect(checkDescription(asMade.offer)).toEqual({
      allowed: false,
      problem: "line 2: an origin that shows something",
    });
  });

  test.each([
    ["o=", changed("IN IP4 0.0.0.0", "IN IP4 192.168.1.7")],
    ["o=, behind a harmless one", changed("2 IN IP4 0.0.0.0", "2 IN IP4 0.0.0.0 192.168.1.7")],
    ["o=, as the name of its maker", changed("o=- 4", "o=192.168.1.7 4")],
    ["o=, as its number", changed(/o=- \d+/, "o=- 192.168.1.7")],
    ["c=", changed("c=IN IP4 0.0.0.0", "c=IN IP4 192.168.1.7")],
    ["c=, a second one", changed("c=IN IP4 0.0.0.0", "c=IN IP4 0.0.0.0\r\nc=IN IP4 192.168.1.7")],
    ["c=, with a range after it", changed("c=IN IP4 0.0.0.0", "c=IN IP4 0.0.0.0/192.168.1.7")],
    ["c= before any media", changed("t=0 0", "t=0 0\r\nc=IN IP4 192.168.1.7")],
    ["a=rtcp", changed("a=rtcp:9 IN IP4 0.0.0.0", "a=rtcp:9 IN IP4 192.168.1.7")],
    ["a=rtcp, as IPv6", changed("a=rtcp:9 IN IP4 0.0.0.0", "a=rtcp:9 IN IP6 fe80::1")],
    ["raddr", changed("raddr 0.0.0.0 rport 0", "raddr 192.168.1.7 rport 0")],
    ["rport", changed("raddr 0.0.0.0 rport 0", "raddr 0.0.0.0 rport 61234")],
    ["raddr of another candidate", changed("raddr 0.0.0.0", "raddr 192.0.2.2")],
    ["a host candidate", changed("typ relay", "typ host")],
    ["a server-reflexive candidate", changed("typ relay", "typ srflx")],
    ["a second type", changed("typ relay", "typ relay typ host")],
    ["a type in other letters", changed("typ relay", "typ RELAY")],
    ["a candidate by host name", changed("192.0.2.1 50", "7c1d.local 50")],
    ["an address that only URLs take for one", changed("192.0.2.1 50", "3221225985 50")],
    ["a TCP candidate", changed(" 1 udp ", " 1 tcp ")],
    ["a candidate with an unknown extension", changed("network-id 1", "host-address 192.168.1.7")],
    ["a candidate with two fields in one", changed("generation 0", "generation 0  ")],
    ["a candidate in other letters", changed("a=candidate:", "a=Candidate:")],
    [
      "a candidate before any media",
      changed("t=0 0", "t=0 0\r\na=candidate:1 1 udp 1 192.0.2.1 5 typ relay"),
    ],
    [
      "a=remote-candidates",
      changed("a=rtcp-mux", "a=rtcp-mux\r\na=remote-candidates:1 192.168.1.7 5"),
    ],
  ])("shows no address: %s", (_, sdp) => {
    expect(checkDescription(sdp).allowed).toBe(false);
  });

  test.each([
    ["no fingerprint", offer.replaceAll(new RegExp(fingerprint, "g"), "")],
    [
      "another fingerprint in one section",
      changed(/(m=video[^]+?a=fingerprint:sha-256 )../, "$100"),
    ],
    [
      "two fingerprints in one section",
      changed(fingerprint, (offer.match(fingerprint)?.[0] ?? "").repeat(2)),
    ],
    ["a fingerprint of a broken hash", changed(/sha-256 \S+/, "sha-1 " + "AA:".repeat(19) + "AA")],
    ["a short fingerprint", changed(/(sha-256 \S+):..\r/, "$1\r")],
    ["no ufrag", offer.replaceAll(/a=ice-ufrag:\S+\r\n/g, "")],
    ["no password", offer.replaceAll(pwd, "")],
    ["a short password", offer.replaceAll(pwd, "a=ice-pwd:short\r\n")],
    ["another password in one section", changed(/(m=video[^]+?a=ice-pwd:).../, "$1aaa")],
    [
      "SDES keys",
      changed("a=rtcp-mux", "a=rtcp-mux\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x"),
    ],
    ["media without DTLS", changed("UDP/TLS/RTP/SAVPF", "RTP/AVP")],
    ["media keyed by SDES", changed("UDP/TLS/RTP/SAVPF", "RTP/SAVPF")],
    ["a channel without DTLS", changed("UDP/DTLS/SCTP", "UDP/SCTP")],
    ["ice-lite", changed("t=0 0", "t=0 0\r\na=ice-lite")],
    ["no bundle", changed("a=group:BUNDLE 0 1 2\r\n", "")],
    ["a section outside the bundle", changed("BUNDLE 0 1 2", "BUNDLE 0 1")],
    ["two bundles", changed("BUNDLE 0 1 2", "BUNDLE 0 1\r\na=group:BUNDLE 2")],
    ["one mid twice", changed("a=mid:1", "a=mid:0")],
    ["two audio sections", withMore(offer.match(/m=audio[^]+?(?=m=)/)?.[0] ?? "", "3")],
    ["two channels", withMore(offer.match(/m=application[^]+$/)?.[0] ?? "", "3")],
    ["two video sections in one place", offer + videoSection],
    [
      "three video sections",
      withScreen.replace("0 1 2 3", "0 1 2 3 4") + withMid(videoSection, "4"),
    ],
    ["a section of another kind", changed("m=application", "m=image")],
    ["no media at all", offer.slice(0, offer.indexOf("m=audio"))],
  ])("is one encrypted bundle: %s is refused", (_, sdp) => {
    expect(checkDescription(sdp).allowed).toBe(false);
  });

  test.each([
    ["nothing", ""],
    ["a line break", "\r\n"],
    ["text", "hello"],
    ["a missing last line end", offer.slice(0, -2)],
    ["a lone LF at the end", `${offer.slice(0, -2)}\n`],
    ["lone LFs", offer.replaceAll("\r\n", "\n")],
    ["a lone CR inside a line", changed("a=rtcp-mux", "a=rtcp-mux\ra=x")],
    ["a lone LF inside a line", changed("a=rtcp-mux", "a=rtcp-mux\na=candidate:1")],
    ["a line separator that only JavaScript knows", changed("a=rtcp-mux", "a=rtcp-mux\u2028a=x")],
    ["a NUL", changed("a=rtcp-mux", "a=rtcp-mux\0")],
    ["an empty line", changed("a=rtcp-mux", "\r\na=rtcp-mux")],
    ["a space before a line", changed("a=rtcp-mux", " a=rtcp-mux")],
    ["a type in upper case", changed("a=rtcp-mux", "A=rtcp-mux")],
    ["an information line", changed("t=0 0", "t=0 0\r\ni=hello")],
    ["a key line", changed("a=rtcp-mux", "k=clear:x\r\na=rtcp-mux")],
    ["a bandwidth line", changed("a=rtcp-mux", "b=AS:1\r\na=rtcp-mux")],
    ["a name", changed("s=-", "s=192.168.1.7")],
    ["a second v=", changed("a=rtcp-mux", "v=0\r\na=rtcp-mux")],
    ["an unknown attribute", changed("a=rtcp-mux", "a=rtcp-mux\r\na=identity:x")],
    ["an attribute of Object.prototype", changed("a=rtcp-mux", "a=rtcp-mux\r\na=constructor:x")],
    ["a flag with a value", changed("a=rtcp-mux", "a=rtcp-mux:192.168.1.7")],
    ["a value without itself", changed(/a=mid:0/, "a=mid")],
    ["too many lines", offer + "a=sendrecv\r\n".repeat(limits.descriptionLinesMax)],
    [
      "a line too long",
      changed("a=msid:-", `a=msid:${"-".repeat(limits.descriptionLineCharactersMax)}`),
    ],
    ["too much of everything", offer.repeat(20)],
    [
      "too many candidates",
      changed(/(a=candidate:[^\r]+\r\n)/, "$1".repeat(limits.candidatesPerPartyMax + 1)),
    ],
  ])("is strict about lines: %s is refused", (_, sdp) => {
    expect(checkDescription(sdp).allowed).toBe(false);
  });

  test("is judged in bounded time, however it is made", () => {
    const hostile = [
      `v=0\r\n${"a=fmtp:1 \r\n".repeat(3_000)}`,
      `${offer}a=fmtp:96 ${" ;=".repeat(300)}\r\n`,
      `${offer}a=extmap:${"1/".repeat(400)}\r\n`,
      `${offer}a=candidate:${"1 ".repeat(400)}\r\n`,
      ":".repeat(limits.descriptionBytesMax),
    ];
    const begin = performance.now();
    for (const sdp of hostile) checkDescription(sdp);
    expect(performance.now() - begin).toBeLessThan(100);
  });

  test("of which a problem is told never has its text repeated", () => {
    const sdp = changed("a=rtcp-mux", "a=rtcp-mux\r\na=192.168.1.7:x");
    expect(checkDescription(sdp)).toEqual({
      allowed: false,
      problem: expect.stringMatching(/^line \d+: an attribute that is not allowed$/),
    });
  });
});
