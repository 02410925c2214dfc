import {
  type ConnectionSample,
  hideAddresses,
  hideRelated,
  type Measurement,
  nothingMeasured,
  type Peer,
  type PeerCall,
  type PeerEvents,
  readConnectionSample,
} from "@ringfence/client/headless";
import type { RelayCredential } from "@ringfence/protocol";
import {
  MediaStreamTrack,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  RtpHeader,
  RtpPacket,
} from "werift";
import { simulationLimits } from "./limits.ts";

/** What came of one end of a call with sound. */
export interface SoundFigures {
  readonly packetsSent: number;
  readonly packetsReceived: number;
  /** When the first came, on the clock of `performance.now()`; null where none did. */
  readonly firstAtMs: number | null;
  /** Both ends of the pair in use are addresses of the relay; null where there is no pair. */
  readonly isRelayed: boolean | null;
}

const opus = new RTCRtpCodecParameters({
  mimeType: "audio/opus",
  clockRate: 48_000,
  channels: 2,
  payloadType: 111,
  parameters: "cbr=1;usedtx=0",
});
const ticksPerPacket = (48_000 * simulationLimits.soundPacketMs) / 1_000;
const payload = Buffer.alloc(simulationLimits.soundPacketBytes, 0xa5);

/**
 * A real connection: it knows no path but the relay, over UDP, agrees on keys by DTLS and sends what
 * could be sound, fifty packets a second of one size.
 */
export class SoundingPeer implements Peer {
  readonly #events: PeerEvents;
  readonly #connection: RTCPeerConnection;
  readonly #track = new MediaStreamTrack({ kind: "audio" });
  #isRelayed: boolean | null = null;
  #packetsSent = 0;
  #packetsReceived = 0;
  #firstAtMs: number | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isClosed = false;

  constructor({ role, relay }: PeerCall, events: PeerEvents) {
    this.#events = events;
    this.#connection = new RTCPeerConnection({
      iceServers: [serverOf(relay)],
      iceTransportPolicy: "relay",
      bundlePolicy: "max-bundle",
      codecs: { audio: [opus] },
      headerExtensions: { audio: [] },
    });
    this.#connection.onTrack.subscribe((track) => this.#hear(track));
    this.#connection.connectionStateChange.subscribe((state) => {
      if (state === "connected") void this.#comeUp();
      if (state === "disconnected" || state === "failed") events.onPath(false);
    });
    if (role === "caller") this.#connection.addTransceiver(this.#track, { direction: "sendrecv" });
  }

  get figures(): SoundFigures {
    return {
      packetsSent: this.#packetsSent,
      packetsReceived: this.#packetsReceived,
      firstAtMs: this.#firstAtMs,
      isRelayed: this.#isRelayed,
    };
  }

  async makeOffer(fresh?: RelayCredential): Promise<string> {
    if (fresh !== undefined) {
      this.#connection.setConfiguration({ iceServers: [serverOf(fresh)] });
      this.#connection.restartIce();
    }
    await this.#connection.setLocalDescription(await this.#connection.createOffer());
    return this.#described();
  }

  async makeAnswer(sdp: string, fresh?: RelayCredential): Promise<string> {
    if (fresh !== undefined) this.#connection.setConfiguration({ iceServers: [serverOf(fresh)] });
    await this.#connection.setRemoteDescription({ type: "offer", sdp });
    for (const transceiver of this.#connection.getTransceivers()) {
      transceiver.setDirection("sendrecv");
      await transceiver.sender.replaceTrack(this.#track);
    }
    await this.#connection.setLocalDescription(await this.#connection.createAnswer());
    return this.#described();
  }

  async takeAnswer(sdp: string): Promise<void> {
    await this.#connection.setRemoteDescription({ type: "answer", sdp });
  }

  measure = async (): Promise<Measurement> => ({
    ...nothingMeasured,
    audioPacketsReceived: this.#packetsReceived,
    path: this.#isRelayed === null ? null : this.#isRelayed ? "relayed" : "direct",
  });

  countArrivals = async (): Promise<number> => this.#packetsReceived;
  sample = async (): Promise<ConnectionSample> => this.#sample();

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#timer);
    void this.#connection.close().catch(() => {});
  }

  /** Its candidates are gathered before it describes itself: in milliseconds, and none is sent later. */
  prepare(): void {}
  showAddress(): void {}
  addCandidate(): void {}
  setTrack(): void {}
  say(): void {}
  giveRoom(): void {}

  #described(): string {
    const sdp = hideAddresses(this.#connection.localDescription?.sdp ?? "");
    return sdp.split("\r\n").map(hideRelated).join("\r\n");
  }

  #hear(track: MediaStreamTrack): void {
    track.onReceiveRtp.subscribe(() => {
      this.#firstAtMs ??= performance.now();
      this.#packetsReceived += 1;
    });
  }

  async #comeUp(): Promise<void> {
    if (this.#isClosed) return;
    this.#timer ??= setInterval(() => this.#speak(), simulationLimits.soundPacketMs);
    this.#isRelayed = isRelayed(await this.#sample());
    this.#events.onPath(true);
  }

  #speak(): void {
    const header = new RtpHeader({
      payloadType: opus.payloadType,
      sequenceNumber: this.#packetsSent & 0xffff,
      timestamp: (this.#packetsSent * ticksPerPacket) >>> 0,
    });
    this.#packetsSent += 1;
    this.#track.writeRtp(new RtpPacket(header, payload));
  }

  async #sample(): Promise<ConnectionSample> {
    const report = new Map<string, unknown>(await this.#connection.getStats());
    for (const [id, stats] of report) {
      // The library marks the pair in use by no other word than this.
      if (isNominatedPair(stats)) report.set(id, { ...stats, selected: true });
    }
    return readConnectionSample(report);
  }
}

function isNominatedPair(stats: unknown): stats is { nominated: true } {
  if (typeof stats !== "object" || stats === null) return false;
  return "type" in stats && stats.type === "candidate-pair" && "nominated" in stats
    ? stats.nominated === true
    : false;
}

function isRelayed({ path }: ConnectionSample): boolean | null {
  return path === null ? null : path.own === "relay" && path.other === "relay";
}

function serverOf({ urls, username, credential }: RelayCredential) {
  const overUdp = urls.find((url) => url.startsWith("turn:") && !url.includes("transport=tcp"));
  return { urls: overUdp ?? urls[0] ?? "", username, credential };
}
