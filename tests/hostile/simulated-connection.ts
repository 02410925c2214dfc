import type { Ether } from "./ether.ts";
import { makeCertificate, type SimulatedCertificate } from "./simulated-certificate.ts";
import { type IceWords, readDescription, writeDescription } from "./simulated-description.ts";

/** Where every simulated browser is. */
export const simulatedHome = "198.51.100.77";

interface SimulatedTransceiver {
  readonly kind: string;
  readonly mid: string;
  direction: RTCRtpTransceiverDirection;
  readonly sender: SimulatedSender;
  readonly receiver: { readonly track: { readonly kind: string; readonly id: string } };
}

class SimulatedSender {
  track: MediaStreamTrack | null = null;
  readonly transport: EventTarget & Pick<RTCDtlsTransport, "state" | "getRemoteCertificates">;

  constructor(transport: SimulatedSender["transport"]) {
    this.transport = transport;
  }

  replaceTrack = async (track: MediaStreamTrack | null): Promise<void> => {
    this.track = track;
  };
  setStreams(): void {}
  getParameters = () => ({ encodings: [{}] });
  setParameters = async (): Promise<void> => {};
}

/** One transport for all sections (RFC 9143), and who is at its other end. */
class SimulatedTransport extends EventTarget {
  state: RTCDtlsTransportState = "new";
  remote: SimulatedCertificate | null = null;

  getRemoteCertificates = (): ArrayBuffer[] =>
    this.remote === null ? [] : [Uint8Array.from(this.remote.bytes).buffer];

  become(state: RTCDtlsTransportState, remote: SimulatedCertificate | null): void {
    this.state = state;
    this.remote = remote;
    this.dispatchEvent(new Event("statechange"));
  }
}

class SimulatedChannel extends EventTarget {
  readyState: RTCDataChannelState = "connecting";
  /** What came, but for what is longer than any word of ours. */
  readonly heard: string[] = [];
  other: SimulatedChannel | null = null;

  hear(text: string): void {
    if (text.length < heardCharactersMax) this.heard.push(text);
    this.dispatchEvent(new MessageEvent("message", { data: text }));
  }

  send(text: string): void {
    const { other } = this;
    queueMicrotask(() => other?.hear(text));
  }
}

/**
 * What `RTCPeerConnection` is to our own code, without a network: the real `BrowserPeer` runs on it.
 * It does what Chromium 156 does where that is dangerous: it agrees on keys with whoever holds the
 * certificate of the latest description, on a connection that stands too.
 */
export class SimulatedConnection extends EventTarget {
  /** Descriptions of another side that it was given, in order: what must not be does not stand here. */
  readonly given: string[] = [];
  readonly candidatesGiven: string[] = [];
  readonly made: string[] = [];
  readonly certificate: SimulatedCertificate;
  readonly transport = new SimulatedTransport();
  readonly channel = new SimulatedChannel();
  readonly sctp = { transport: this.transport };
  packetsReceived = 0;
  bytesReceived = 0;
  /** Everybody with whom keys were agreed, in order. */
  readonly met: SimulatedConnection[] = [];
  /** Whose packets arrive here. */
  peer: SimulatedConnection | null = null;
  signalingState: RTCSignalingState = "stable";
  connectionState: RTCPeerConnectionState = "new";
  iceConnectionState: RTCIceConnectionState = "new";
  iceGatheringState: RTCIceGatheringState = "new";
  localDescription: RTCSessionDescription | null = null;
  remoteDescription: RTCSessionDescription | null = null;
  readonly #ether: Ether;
  readonly #transceivers: SimulatedTransceiver[] = [];
  #configuration: RTCConfiguration;
  #ice: IceWords | null = null;
  #mustRestart = false;
  #revision = 1;

  constructor(ether: Ether, configuration: RTCConfiguration = {}) {
    super();
    this.#ether = ether;
    this.#configuration = { iceCandidatePoolSize: 0, ...configuration };
    this.certificate = makeCertificate(ether.nextNumber());
    ether.connections.push(this);
    // One that is given no relay is made to ask the browser something, and connects with nobody.
    if (configuration.iceServers !== undefined) ether.maker.getStore()?.push(this);
  }

  createDataChannel = (): SimulatedChannel => this.channel;
  getConfiguration = (): RTCConfiguration => this.#configuration;
  setConfiguration(configuration: RTCConfiguration): void {
    this.#configuration = configuration;
  }

  addTransceiver(kind: string, { direction }: { direction: RTCRtpTransceiverDirection }): void {
    this.#addSection(kind, direction);
  }

  getTransceivers = (): readonly SimulatedTransceiver[] => this.#transceivers;

  restartIce(): void {
    this.#mustRestart = true;
  }

  async setLocalDescription(): Promise<void> {
    const remote = this.remoteDescription;
    const isAnswer = this.signalingState === "have-remote-offer";
    const hasNewRemote = isAnswer && this.#ether.isOtherIce(this, remote?.sdp ?? "");
    if (this.#ice === null || this.#mustRestart || hasNewRemote) {
      this.#ice = this.#ether.makeIce();
      this.#mustRestart = false;
    }
    const type = isAnswer ? "answer" : "offer";
    const port = this.#ether.portOf(this.#ice);
    const kinds = this.#transceivers.map(({ kind }) => kind);
    const sdp = writeDescription({
      type,
      kinds,
      port,
      ice: this.#ice,
      revision: this.#revision,
      fingerprint: this.certificate.fingerprint,
    });
    this.#revision += 1;
    this.localDescription = { type, sdp } as RTCSessionDescription;
    this.made.push(sdp);
    this.signalingState = isAnswer ? "stable" : "have-local-offer";
    this.#gather(this.#ice, port);
    this.#ether.look();
  }

  async setRemoteDescription(given: RTCSessionDescriptionInit): Promise<void> {
    const sdp = given.sdp ?? "";
    this.given.push(sdp);
    if (this.connectionState === "closed") throw new DOMException("", "InvalidStateError");
    const isAnswer = given.type === "answer";
    if (isAnswer !== (this.signalingState === "have-local-offer")) {
      throw new DOMException("", "InvalidStateError");
    }
    const read = readDescription(sdp);
    if (read === null) throw new DOMException("", "OperationError");
    for (const kind of read.kinds.slice(this.#transceivers.length)) {
      this.#addSection(kind, "recvonly");
    }
    this.remoteDescription = given as RTCSessionDescription;
    this.signalingState = isAnswer ? "stable" : "have-remote-offer";
    this.#ether.look();
  }

  async addIceCandidate({ candidate = "" }: RTCIceCandidateInit): Promise<void> {
    this.candidatesGiven.push(candidate);
    this.#ether.look();
  }

  async getStats(): Promise<Map<string, object>> {
    this.#ether.flow(this);
    const { packetsReceived, bytesReceived } = this;
    const pair = { nominated: true, localCandidateId: "l", remoteCandidateId: "r" };
    const entries = [
      { id: "a", type: "inbound-rtp", kind: "audio", packetsReceived },
      { id: "t", type: "transport", selectedCandidatePairId: "p" },
      { id: "p", type: "candidate-pair", bytesReceived, ...pair },
      { id: "l", type: "local-candidate", candidateType: "relay" },
      { id: "r", type: "remote-candidate", candidateType: "relay" },
    ];
    return new Map(entries.map((entry) => [entry.id, entry]));
  }

  close(): void {
    this.connectionState = "closed";
    this.signalingState = "closed";
    this.channel.readyState = "closed";
    this.#ether.look();
  }

  /** Whether this side sends sound to whoever is at the other end. */
  get sendsSound(): boolean {
    return this.#transceivers.some(
      ({ kind, direction, sender }) =>
        kind === "audio" && direction === "sendrecv" && sender.track !== null,
    );
  }

  /** Keys are agreed with this other end; with none, or with one that holds another certificate. */
  meet(peer: SimulatedConnection | null, outcome: "connected" | "disconnected" | "failed"): void {
    this.peer = peer;
    this.connectionState = outcome;
    this.iceConnectionState = outcome;
    if (peer !== null) this.transport.become("connected", peer.certificate);
    if (outcome === "failed") this.transport.become("failed", null);
    if (peer !== null) this.met.push(peer);
    this.channel.other = peer?.channel ?? null;
    this.dispatchEvent(new Event("connectionstatechange"));
    if (peer === null || this.channel.readyState !== "connecting") return;
    this.channel.readyState = "open";
    queueMicrotask(() => this.channel.dispatchEvent(new Event("open")));
  }

  /** Until ICE is restarted, or another connection takes this one's place. */
  losePath(): void {
    this.#ether.forget(this);
    const { peer } = this;
    this.meet(null, "disconnected");
    peer?.meet(null, "disconnected");
  }

  #addSection(kind: string, direction: RTCRtpTransceiverDirection): void {
    const mid = String(this.#transceivers.length);
    const track = { kind, id: `${kind} ${mid}` };
    const sender = new SimulatedSender(this.transport);
    this.#transceivers.push({ kind, mid, direction, sender, receiver: { track } });
  }

  /** One way over UDP at once, which the description waits for, and one more that trickles. */
  #gather(ice: IceWords, port: number): void {
    if (!this.#ether.gathersFor(ice)) return;
    queueMicrotask(() => this.#find(ice, port));
    setTimeout(() => {
      if (this.connectionState === "closed") return;
      this.#find(ice, port + 1);
      this.#tell(null);
    }, lateCandidateMs);
  }

  #find(ice: IceWords, port: number): void {
    if (this.#configuration.iceTransportPolicy === "all") {
      this.#tell({
        candidate: `candidate:2 1 udp 2122260223 ${simulatedHome} ${port} typ host`,
        sdpMid: "0",
        sdpMLineIndex: 0,
        usernameFragment: ice.ufrag,
        type: "host",
      });
    }
    this.#tell({
      candidate: `candidate:1 1 udp 58597375 192.0.2.7 ${port} typ relay raddr 0.0.0.0 rport 0`,
      sdpMid: "0",
      sdpMLineIndex: 0,
      usernameFragment: ice.ufrag,
      type: "relay",
      relayProtocol: "udp",
    });
  }

  #tell(candidate: object | null): void {
    this.dispatchEvent(Object.assign(new Event("icecandidate"), { candidate }));
  }
}

/** Our own words are shorter. */
const heardCharactersMax = 1_000;

/** After the description was made with the first. */
const lateCandidateMs = 100;
