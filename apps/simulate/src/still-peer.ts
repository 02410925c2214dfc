import { randomBytes } from "node:crypto";
import {
  type ConnectionSample,
  type Measurement,
  nothingMeasured,
  type Peer,
  type PeerEvents,
  readConnectionSample,
} from "@ringfence/client/headless";
import { simulationLimits } from "./limits.ts";

/**
 * A connection that only its descriptions say there is: they are as long as a browser's and are signed,
 * checked and passed on as those are. Nothing is sent, and the sound that is counted is made up.
 */
export class StillPeer implements Peer {
  readonly #events: PeerEvents;
  readonly #description = describe();
  #upAtMs: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(events: PeerEvents) {
    this.#events = events;
  }

  makeOffer = async (): Promise<string> => this.#description.offer;

  makeAnswer = async (): Promise<string> => {
    this.#comeUp();
    return this.#description.answer;
  };

  takeAnswer = async (): Promise<void> => this.#comeUp();

  measure = async (): Promise<Measurement> => ({
    ...nothingMeasured,
    audioPacketsReceived: this.#arrived,
    path: "relayed",
  });

  countArrivals = async (): Promise<number> => this.#arrived;
  sample = async (): Promise<ConnectionSample> => readConnectionSample(new Map());

  close(): void {
    clearTimeout(this.#timer);
  }

  prepare(): void {}
  showAddress(): void {}
  addCandidate(): void {}
  setTrack(): void {}
  say(): void {}
  giveRoom(): void {}

  get #arrived(): number {
    if (this.#upAtMs === null) return 0;
    return 1 + Math.floor((performance.now() - this.#upAtMs) / simulationLimits.soundPacketMs);
  }

  #comeUp(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#upAtMs = performance.now();
      this.#events.onPath(true);
    }, simulationLimits.stillPathMs);
  }
}

const media = [
  {
    kind: "audio",
    maps: ["111 opus/48000/2"],
    fmtp: ["111 minptime=10;useinbandfec=1;cbr=1;usedtx=0"],
  },
  { kind: "video", maps: ["96 VP8/90000", "97 rtx/90000"], fmtp: ["97 apt=96"] },
  { kind: "video", maps: ["96 VP8/90000", "97 rtx/90000"], fmtp: ["97 apt=96"] },
] as const;

/** Two kilobytes, with the sections of a browser's and a relayed address that nobody has. */
function describe(): { offer: string; answer: string } {
  const fingerprint = (randomBytes(32).toString("hex").toUpperCase().match(/../g) ?? []).join(":");
  const [host = 1, high = 1, low = 1] = randomBytes(3);
  const address = `192.0.2.${host} ${1_024 + high * 200 + low}`;
  const common = (mid: number, setup: string) => [
    "c=IN IP4 0.0.0.0",
    `a=candidate:1 1 udp 41885439 ${address} typ relay raddr 0.0.0.0 rport 0 generation 0`,
    `a=ice-ufrag:${ice.ufrag}`,
    `a=ice-pwd:${ice.pwd}`,
    "a=ice-options:trickle",
    `a=fingerprint:sha-256 ${fingerprint}`,
    `a=setup:${setup}`,
    `a=mid:${mid}`,
  ];
  const ice = { ufrag: randomBytes(4).toString("hex"), pwd: randomBytes(12).toString("hex") };
  const write = (setup: string) =>
    [
      "v=0",
      `o=- ${randomBytes(4).readUInt32BE()} 2 IN IP4 0.0.0.0`,
      "s=-",
      "t=0 0",
      `a=group:BUNDLE ${[...media.keys(), media.length].join(" ")}`,
      ...media.flatMap(({ kind, maps, fmtp }, mid) => [
        `m=${kind} 9 UDP/TLS/RTP/SAVPF ${maps.map((map) => map.split(" ")[0]).join(" ")}`,
        ...common(mid, setup),
        "a=sendrecv",
        "a=rtcp-mux",
        ...maps.map((map) => `a=rtpmap:${map}`),
        ...fmtp.map((line) => `a=fmtp:${line}`),
      ]),
      "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
      ...common(media.length, setup),
      "a=sctp-port:5000",
      "",
    ].join("\r\n");
  return { offer: write("actpass"), answer: write("active") };
}
