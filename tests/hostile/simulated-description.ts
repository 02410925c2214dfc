/** The two words by which the ends of a connection know each other (RFC 8839 §5.4). */
export interface IceWords {
  readonly ufrag: string;
  readonly pwd: string;
}

interface Described {
  readonly type: "offer" | "answer";
  /** Of the sections for media, in their order. */
  readonly kinds: readonly string[];
  readonly ice: IceWords;
  readonly fingerprint: string;
  readonly port: number;
  readonly revision: number;
}

const formats: Record<string, string> = { audio: "111 opus/48000/2", video: "96 VP8/90000" };

/** A description such as a browser writes, with what our allow-list looks at. */
export function writeDescription({
  type,
  kinds,
  ice,
  fingerprint,
  port,
  revision,
}: Described): string {
  const transport = [
    "c=IN IP4 0.0.0.0",
    `a=ice-ufrag:${ice.ufrag}`,
    `a=ice-pwd:${ice.pwd}`,
    `a=fingerprint:${fingerprint}`,
    `a=setup:${type === "offer" ? "actpass" : "active"}`,
  ];
  const candidate = `a=candidate:1 1 udp 58597375 192.0.2.7 ${port} typ relay raddr 0.0.0.0 rport 0`;
  const media = kinds.flatMap((kind, mid) => {
    const [format, codec] = (formats[kind] ?? "").split(" ");
    return [
      `m=${kind} 9 UDP/TLS/RTP/SAVPF ${format}`,
      ...transport,
      ...(mid === 0 ? [candidate] : []),
      `a=mid:${mid}`,
      "a=sendrecv",
      "a=rtcp-mux",
      `a=rtpmap:${format} ${codec}`,
    ];
  });
  const lines = [
    "v=0",
    `o=- ${port} ${revision} IN IP4 0.0.0.0`,
    "s=-",
    "t=0 0",
    `a=group:BUNDLE ${[...kinds, "channel"].map((_, mid) => mid).join(" ")}`,
    ...media,
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    ...transport,
    `a=mid:${kinds.length}`,
    "a=sctp-port:5000",
  ];
  return `${lines.join("\r\n")}\r\n`;
}

/** What a browser acts on; null for what it cannot read. */
export function readDescription(
  sdp: string,
): { ice: IceWords; fingerprint: string; kinds: string[] } | null {
  const ufrag = /^a=ice-ufrag:(.*)\r$/m.exec(sdp)?.[1];
  const pwd = /^a=ice-pwd:(.*)\r$/m.exec(sdp)?.[1];
  const fingerprint = /^a=fingerprint:(.*)\r$/m.exec(sdp)?.[1];
  if (ufrag === undefined || pwd === undefined || fingerprint === undefined) return null;
  const kinds = Array.from(sdp.matchAll(/^m=(audio|video) /gm), ([, kind]) => kind ?? "");
  return { ice: { ufrag, pwd }, fingerprint, kinds };
}
