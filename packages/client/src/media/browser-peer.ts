import { type Fingerprint, sameFingerprint } from "@ringfence/e2ee";
import {
  type CallRoute,
  checkCandidate,
  checkDescription,
  type IceCandidate,
  type IceParameters,
  type PeerMessage,
  type RelayCredential,
} from "@ringfence/protocol";
import { fingerprintsIn } from "../calls/described-facts.ts";
import { countArrivals } from "./count-arrivals.ts";
import { UnsafeDescription } from "./errors.ts";
import { chooseEvenCodec, evenOutSound } from "./even-sound.ts";
import {
  hideAddresses,
  hideDirectCandidates,
  hideNetwork,
  hideRelated,
  isRelayed,
} from "./hide-addresses.ts";
import { mediaSections, nameSections, type SentMedia } from "./media-sections.ts";
import type { Peer, PeerCall, PeerEvents } from "./peer.ts";
import { OnceAgreed } from "./once-agreed.ts";
import { PeerLink } from "./peer-link.ts";
import { watchRelayReach } from "./relay-reach.ts";
import { reflexiveCandidateOf } from "./reflexive-candidate.ts";
import { type Measurement, readMeasurement } from "./quality.ts";
import type { PictureRoom } from "./room-for-pictures.ts";
import { sampleConnection } from "./sample-connection.ts";
import { shareSenders } from "./share-senders.ts";
import { takeOutCandidates } from "./take-out-candidates.ts";
import { isCurrent, useCandidate } from "./trickled-candidates.ts";
import { continuesWarmOffer, warmOffer } from "./warm-offer.ts";
import { watchCertificate } from "./watch-certificate.ts";
import { type FoundCandidate, type Gathering, watchGathering } from "./watch-gathering.ts";

interface Link {
  readonly connection: RTCPeerConnection;
  readonly words: PeerLink;
}

/**
 * An `RTCPeerConnection` that knows no path but the relay, unless the call is direct. The sections for
 * sound, camera and screen and the channel are there from the first description; tracks are put in
 * and out of them, so that nothing ever waits for a camera, and sharing a screen needs no other
 * description.
 */
export class BrowserPeer implements Peer {
  readonly #events: PeerEvents;
  readonly #call: PeerCall;
  readonly #evenCodec = chooseEvenCodec();
  #link: Link;
  /**
   * The stream of microphone and camera, by which the other browser keeps lips and voice together. The
   * screen is in none: its picture may come late without holding the voice back.
   */
  readonly #stream = new MediaStream();
  readonly #tracks = new Map<SentMedia, MediaStreamTrack | null>();
  /** Candidates of the other side that came before its description, or before this side has its way. */
  #early: IceCandidate[] | null = [];
  #hasDescribed = false;
  readonly #onceAgreed = new OnceAgreed();
  readonly #latest = new Map<PeerMessage["type"], PeerMessage>();
  /** The certificate of the other side, which stays the same as long as the connection. */
  #fingerprint: Fingerprint | null = null;
  /** One description after another: each follows from the state that the one before has left. */
  #turn: Promise<unknown> = Promise.resolve();
  #descriptions = 0;
  #hasToldTracks = false;
  /** This side has found its way for its latest description, or has waited for it. */
  #way: Promise<void> = Promise.resolve();
  #answered: { offer: string; answer: Promise<string> } | null = null;
  /** This page's own offer was answered, or will not be. Until the real one is there. */
  #warm: { ice: IceParameters; gathering: Promise<Gathering> } | null = null;

  constructor(call: PeerCall, events: PeerEvents) {
    this.#events = events;
    this.#call = call;
    this.#link = this.#connect();
  }

  #connect(): Link {
    const events = this.#events;
    const { role, route, relay } = this.#call;
    const { urls, username, credential } = relay;
    const connection = new RTCPeerConnection({
      iceServers: [{ urls, username, credential }],
      // In a direct call a browser learns its own address from the relay, which then answers it.
      iceTransportPolicy: route === "direct" ? "all" : "relay",
      bundlePolicy: "max-bundle",
      // Gathers before the description is made, which an answerer cannot make use of.
      iceCandidatePoolSize: role === "caller" ? 1 : 0,
    });
    watchRelayReach(connection, urls, (reach) => events.onRelayReach(reach));
    connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate !== null && isCurrent(this.#connection, candidate)) this.#take(candidate);
    });
    connection.addEventListener("connectionstatechange", () => {
      const { connectionState } = connection;
      if (connectionState === "connected") events.onPath(true);
      if (connectionState === "disconnected" || connectionState === "failed") events.onPath(false);
    });
    watchCertificate(
      connection,
      () => this.#fingerprint,
      () => events.onWrongCertificate(),
    );
    const hear = (message: PeerMessage) => events.onPeerMessage(message);
    return { connection, words: new PeerLink(connection, this.#latest, hear) };
  }

  get #connection(): RTCPeerConnection {
    return this.#link.connection;
  }

  get #route(): CallRoute {
    return this.#call.route;
  }

  prepare(ice: IceParameters): void {
    // Firefox 153 holds the other side for ever to the fingerprint that came first, and ends in a failure
    // of DTLS. It is known by having no pool of candidates.
    if (this.#connection.getConfiguration().iceCandidatePoolSize === undefined) return;
    const gathering = this.#warmUp(ice);
    // Judged when the real offer is there: without it nothing is lost yet.
    gathering.catch(() => {});
    this.#warm = { ice, gathering };
  }

  async makeOffer(fresh?: RelayCredential): Promise<string> {
    const gathering = await this.#inTurn(async () => {
      if (fresh === undefined) this.#addSections();
      else this.#restart(fresh);
      this.#putTracksIn();
      return this.#beginToDescribe();
    });
    return this.#describe(gathering, { isRestart: fresh !== undefined });
  }

  #addSections(): void {
    for (const { sends, kind } of mediaSections) {
      const streams = this.#streamsOf(sends);
      this.#connection.addTransceiver(kind, { direction: "sendrecv", streams });
    }
  }

  makeAnswer(offer: string, fresh?: RelayCredential): Promise<string> {
    if (this.#answered?.offer !== offer) {
      this.#answered = { offer, answer: this.#answer(offer, fresh) };
    }
    return this.#answered.answer;
  }

  async #answer(offer: string, fresh?: RelayCredential): Promise<string> {
    const gathering = await this.#inTurn(async () => {
      if (fresh !== undefined) this.#renew(fresh);
      const gathered = await this.#takeOffer(offer);
      this.#sendBack();
      return this.#beginToDescribe(gathered);
    });
    return this.#describe(gathering, { isRestart: fresh !== undefined });
  }

  takeAnswer(answer: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#takeRemote("answer", answer);
      void this.#way.then(() => this.#useEarly());
    });
  }

  showAddress(): void {
    this.#onceAgreed.agree();
  }

  addCandidate(candidate: IceCandidate): void {
    if (!checkCandidate(candidate, this.#route).allowed) {
      this.#events.onUnsafe();
      return;
    }
    // A check of the other side's own address would come from this browser's.
    if (isRelayed(candidate.candidate)) this.#use(candidate);
    else this.#onceAgreed.do(() => this.#use(candidate));
  }

  #use(candidate: IceCandidate): void {
    if (this.#early === null) void useCandidate(this.#connection, candidate);
    else this.#early.push(candidate);
  }

  setTrack(sends: SentMedia, track: MediaStreamTrack | null): void {
    this.#tracks.set(sends, track);
    this.#putTracksIn();
  }

  say(message: PeerMessage): void {
    this.#latest.set(message.type, message);
    this.#link.words.say(message);
  }

  async measure(): Promise<Measurement> {
    const camera = this.#sections().get("camera")?.receiver.track.id;
    return readMeasurement(await this.#connection.getStats(), camera);
  }

  sample(): ReturnType<Peer["sample"]> {
    return sampleConnection(this.#connection, this.#fingerprint);
  }

  giveRoom(room: PictureRoom): void {
    shareSenders(this.#sections(), room);
  }

  async countArrivals(): Promise<number> {
    return countArrivals(await this.#connection.getStats());
  }

  close(): void {
    this.#connection.close();
  }

  /** New ways on the connection that there is, found with a fresh credential (RFC 8445 §9). */
  #restart(fresh: RelayCredential): void {
    this.#renew(fresh);
    this.#connection.restartIce();
  }

  #renew({ urls, username, credential }: RelayCredential): void {
    const iceServers = [{ urls, username, credential }];
    this.#connection.setConfiguration({ ...this.#connection.getConfiguration(), iceServers });
    // What comes from now on belongs to the descriptions that follow.
    this.#early = [];
    this.#onceAgreed.forget();
    this.#hasDescribed = false;
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(act);
    this.#turn = result.catch(() => {});
    return result;
  }

  #putTracksIn(): void {
    for (const [sends, { sender }] of this.#sections()) {
      const track = this.#tracks.get(sends) ?? null;
      // It fails only on a connection that is closed, where nothing is missed.
      if (sender.track !== track) void sender.replaceTrack(track).catch(() => {});
    }
  }

  #sections(): Map<SentMedia, RTCRtpTransceiver> {
    return nameSections(this.#connection.getTransceivers());
  }

  #streamsOf(sends: SentMedia): MediaStream[] {
    return sends === "screen" ? [] : [this.#stream];
  }

  async #warmUp(ice: IceParameters): Promise<Gathering> {
    const connection = this.#connection;
    await connection.setRemoteDescription({ type: "offer", sdp: warmOffer(ice) });
    this.#sendBack();
    return this.#beginToDescribe();
  }

  /** @returns what was gathered while it rang, where the offer goes on from there */
  async #takeOffer(offer: string): Promise<Gathering | undefined> {
    const warm = this.#warm;
    this.#warm = null;
    if (warm !== null && continuesWarmOffer(offer, warm.ice)) {
      try {
        const gathering = await warm.gathering;
        await this.#takeRemote("offer", offer);
        // Its way is there, so that nothing has to wait for the answer.
        void gathering.hasWay.then(() => this.#useEarly());
        return gathering;
      } catch (error) {
        if (error instanceof UnsafeDescription) throw error;
        // This browser does not go on from an offer of our own.
      }
    }
    if (warm !== null) this.#startOver();
    await this.#takeRemote("offer", offer);
    return undefined;
  }

  /** As if nothing had been prepared. */
  #startOver(): void {
    this.#connection.close();
    this.#link = this.#connect();
  }

  /** Sends in every section that the other side offers. */
  #sendBack(): void {
    for (const [sends, transceiver] of this.#sections()) {
      transceiver.direction = "sendrecv";
      transceiver.sender.setStreams(...this.#streamsOf(sends));
    }
    this.#putTracksIn();
  }

  /** @param gathering where it began before */
  async #beginToDescribe(gathering = watchGathering(this.#connection)): Promise<Gathering> {
    await this.#connection.setLocalDescription();
    return gathering;
  }

  /**
   * Gives the local description once it holds what the other side needs. That of a restart is given at
   * once, and its ways follow: after a change of network a browser may find none for half a second, in
   * which the other side can find its own.
   */
  async #describe(gathering: Gathering, { isRestart }: { isRestart: boolean }): Promise<string> {
    this.#descriptions += 1;
    const description = this.#descriptions;
    this.#way = gathering.hasWay;
    const used = gathering.hasWay.then(() => {
      if (description === this.#descriptions) this.#useEarly();
    });
    if (!isRestart) await Promise.all([used, gathering.isEnough]);
    if (description !== this.#descriptions) throw new Error("overtaken by another description");
    const described = evenOutSound(hideAddresses(this.#connection.localDescription?.sdp ?? ""));
    const sdp = this.#route === "direct" ? hideDirectCandidates(described) : described;
    this.#hasDescribed = true;
    const checked = checkDescription(sdp);
    if (!checked.allowed) throw new UnsafeDescription(checked.problem);
    return sdp;
  }

  async #takeRemote(type: "offer" | "answer", sdp: string): Promise<void> {
    const checked = checkDescription(sdp);
    if (!checked.allowed) throw new UnsafeDescription(checked.problem);
    const [fingerprint = null] = fingerprintsIn(sdp);
    if (fingerprint === null) throw new UnsafeDescription("no certificate");
    // A browser would agree with another certificate on new keys, with whoever holds it.
    if (this.#fingerprint !== null && !sameFingerprint(fingerprint, this.#fingerprint)) {
      throw new UnsafeDescription("another certificate on the same connection");
    }
    this.#fingerprint = fingerprint;
    const { description, candidates } = takeOutCandidates(evenOutSound(sdp, await this.#evenCodec));
    await this.#connection.setRemoteDescription({ type, sdp: description });
    this.#early = [...candidates, ...(this.#early ?? [])];
    if (!this.#hasToldTracks) this.#tellTracks();
  }

  /** They stay the same as long as the connection. */
  #tellTracks(): void {
    this.#hasToldTracks = true;
    const sections = [...this.#sections()];
    const tracks = sections.map(([sends, { receiver }]) => [sends, receiver.track] as const);
    this.#events.onRemoteTracks(new Map(tracks));
  }

  /** Lets this side's checks begin, where there is somebody to check with. */
  #useEarly(): void {
    const { remoteDescription, signalingState } = this.#connection;
    // Of an offer that restarts ICE the answer is to come, although there is one of the round before.
    if (remoteDescription === null || signalingState !== "stable") return;
    const early = this.#early ?? [];
    this.#early = null;
    for (const candidate of early) void useCandidate(this.#connection, candidate);
  }

  /** A candidate of this browser. Relayed ones from before the description stand in it. */
  #take({ candidate, sdpMid, sdpMLineIndex, relayProtocol }: FoundCandidate): void {
    const trickled = { candidate: hideNetwork(candidate), sdpMid, sdpMLineIndex };
    const hasRelay = isRelayed(candidate);
    if (this.#route === "direct") {
      // Over TCP the router has another port than the one that media would come to.
      const isOverUdp = hasRelay && (relayProtocol ?? "udp") === "udp";
      const reflexive = isOverUdp ? reflexiveCandidateOf(candidate) : null;
      if (reflexive !== null) this.#show({ ...trickled, candidate: reflexive });
      trickled.candidate = hideRelated(trickled.candidate);
      if (!hasRelay) {
        this.#show(trickled);
        return;
      }
    }
    if (hasRelay && !this.#hasDescribed) return;
    if (checkCandidate(trickled, this.#route).allowed) this.#events.onCandidate(trickled);
    else this.#events.onUnsafe();
  }

  /** Says where this browser is, once it may. */
  #show(candidate: IceCandidate): void {
    // What nobody else reaches, such as TCP or this machine's loopback, is of no use to them.
    if (!checkCandidate(candidate, "direct").allowed) return;
    this.#onceAgreed.do(() => this.#events.onCandidate(candidate));
  }
}
