import { type IceParameters, iceParametersOf } from "@ringfence/protocol";
import { mediaSections } from "./media-sections.ts";

/**
 * No certificate has this fingerprint: whatever comes before the real offer gets no further than
 * DTLS (RFC 8122 §5, where a browser compares the two).
 */
const nobodysFingerprint = Array.from({ length: 32 }, () => "00").join(":");

/** What every browser has for each kind (RFC 7874 §3, RFC 7742 §5), by the numbers of most. */
const codecs = {
  audio: { format: "111", map: "opus/48000/2" },
  video: { format: "96", map: "VP8/90000" },
} as const;

/**
 * An offer that nobody sent. A callee's browser that answers it while it rings has its keys and its
 * place at the relay when the person accepts, and then takes the real offer as the next one on the
 * same connection.
 *
 * Every line is written here. Of the caller it holds the two ICE parameters, by which the real offer is
 * no restart, and no candidate: there is nobody to send anything to.
 */
export function warmOffer({ ufrag, pwd }: IceParameters): string {
  const transport = [
    "c=IN IP4 0.0.0.0",
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    "a=ice-options:trickle",
    `a=fingerprint:sha-256 ${nobodysFingerprint}`,
    "a=setup:actpass",
  ];
  const media = mediaSections.flatMap(({ kind }, mid) => [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${codecs[kind].format}`,
    ...transport,
    `a=mid:${mid}`,
    "a=sendrecv",
    "a=rtcp-mux",
    `a=rtpmap:${codecs[kind].format} ${codecs[kind].map}`,
    ...(kind === "audio" ? [`a=fmtp:${codecs.audio.format} cbr=1;usedtx=0`] : []),
  ]);
  const channelMid = mediaSections.length;
  const mids = [...mediaSections.keys(), channelMid];
  const lines = [
    "v=0",
    "o=- 1 1 IN IP4 0.0.0.0",
    "s=-",
    "t=0 0",
    `a=group:BUNDLE ${mids.join(" ")}`,
    ...media,
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    ...transport,
    `a=mid:${channelMid}`,
    "a=sctp-port:5000",
  ];
  return `${lines.join("\r\n")}\r\n`;
}

/**
 * Whether a browser that answered the warm offer of these parameters can take this one as the next:
 * the same sections in the same places (RFC 9429 §5.2.2), and the same ICE parameters, for others
 * would begin ICE again.
 *
 * @param offer one that `checkDescription` allows
 */
export function continuesWarmOffer(offer: string, ice: IceParameters): boolean {
  const found = iceParametersOf(offer);
  const isSameIce = found?.ufrag === ice.ufrag && found.pwd === ice.pwd;
  return isSameIce && sectionsOf(offer) === sectionsOf(warmOffer(ice));
}

/** Kind and name of each section. */
function sectionsOf(sdp: string): string {
  const found = sdp.matchAll(/^(?:m=(?<kind>\w+) |a=mid:(?<mid>.*)\r$)/gm);
  return Array.from(found, ({ groups }) => groups?.["kind"] ?? groups?.["mid"]).join(" ");
}
