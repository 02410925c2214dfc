import { checkDescription } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { continuesWarmOffer, warmOffer } from "./warm-offer.ts";

const ice = { ufrag: "aB3+", pwd: "0123456789abcdefghij/+" };
const zeros = Array.from({ length: 32 }, () => "00").join(":");

const transport = `c=IN IP4 0.0.0.0
a=ice-ufrag:aB3+
a=ice-pwd:0123456789abcdefghij/+
a=ice-options:trickle
a=fingerprint:sha-256 ${zeros}
a=setup:actpass
`;
const video = `m=video 9 UDP/TLS/RTP/SAVPF 96
${transport}a=mid:MID
a=sendrecv
a=rtcp-mux
a=rtpmap:96 VP8/90000
`;
const whole = `v=0
o=- 1 1 IN IP4 0.0.0.0
s=-
t=0 0
a=group:BUNDLE 0 1 2 3
m=audio 9 UDP/TLS/RTP/SAVPF 111
${transport}a=mid:0
a=sendrecv
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 cbr=1;usedtx=0
${video.replace("MID", "1")}${video.replace("MID", "2")}m=application 9 UDP/DTLS/SCTP webrtc-datachannel
${transport}a=mid:3
a=sctp-port:5000
`;

describe("the offer that a page writes for itself while it rings", () => {
  test("is these bytes, with the caller's two ICE parameters and no address to send to", () => {
    expect(warmOffer(ice)).toBe(whole.replaceAll("\n", "\r\n"));
  });

  test("is as strict as one of the other side", () => {
    expect(checkDescription(warmOffer(ice))).toEqual({ allowed: true });
  });
});

describe("the real offer", () => {
  const real = warmOffer(ice)
    .replaceAll(zeros, zeros.replaceAll("00", "AB"))
    .replace("SAVPF 111", "SAVPF 111 63 9")
    .replace("a=mid:0", "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=mid:0");
  const other = { ufrag: "zZ9/", pwd: "jihgfedcba9876543210+/" };

  test("goes on where the warm one was, with its own codecs and its own certificate", () => {
    expect(continuesWarmOffer(real, ice)).toBe(true);
  });

  test.each([
    ["of another ufrag", real.replaceAll(ice.ufrag, other.ufrag)],
    ["of another password", real.replaceAll(ice.pwd, other.pwd)],
    ["without ICE parameters", real.replaceAll(/a=ice-(?:ufrag|pwd):.*\r\n/g, "")],
    ["whose sections have other names", real.replace("a=mid:2", "a=mid:screen")],
    [
      "without the screen",
      warmOffer(ice).replace(/m=video(?:(?!m=)[^])*a=mid:2(?:(?!m=)[^])*/, ""),
    ],
    ["whose channel stands first", movedToFront(real)],
  ])("%s begins anew", (_, offer) => {
    expect(offer).not.toBe(real);
    expect(continuesWarmOffer(offer, ice)).toBe(false);
  });
});

function movedToFront(offer: string): string {
  const [session = "", audio, ...others] = offer.split(/(?=^m=)/m);
  const channel = others.pop();
  return [session, channel, audio, ...others].join("");
}
