import {
  type CallId,
  type CallPlace,
  type CallRoute,
  checkCandidate,
  type IceCandidate,
  iceParametersOf,
  type RelayCredential,
  type RoundNumber,
  type UpMessage,
} from "@ringfence/protocol";
import { UnsafeDescription } from "../media/errors.ts";
import type { OpenPeer, Peer, PeerCall, PeerEvents } from "../media/peer.ts";
import type { NegotiationMessage } from "./call-messages.ts";
import type { EndToEndTrust } from "./end-to-end-trust.ts";

export interface NegotiatedCall extends PeerCall {
  callId: CallId;
  /** What both were told with the ring. `route` is "relayed" also where this side does not agree. */
  toldRoute: CallRoute;
  /** The first round of this page: 0, or later where another page of this device began the call. */
  round: RoundNumber;
}

export interface NegotiationEvents extends Omit<
  PeerEvents,
  "onCandidate" | "onUnsafe" | "onWrongCertificate"
> {
  say(message: UpMessage): void;
  /** Another round than the first was begun here. */
  onRound(): void;
  /** Another connection takes the place of the one before, which is closed. */
  onPeer(peer: Peer): void;
  /** The other side or this browser wrote, or could not use, a description: the call cannot go on. */
  onFailed(reason: "unsafe-description" | "unsupported"): void;
}

type Heard<Type extends NegotiationMessage["type"]> = Omit<
  Extract<NegotiationMessage, { type: Type }>,
  "type" | "callId"
>;

interface NextRound {
  /** The round that is left: the server's current one. */
  after: RoundNumber;
  isNewConnection: boolean;
  relay: RelayCredential;
}

/**
 * The rounds of offer and answer of one call, at one side. A round restarts ICE on the connection
 * that there is, or begins a new one; whatever is said of an older round is nothing. The caller's
 * device alone begins rounds. A description of the other side is checked before anything is begun
 * with it, and this side's own is signed before it is said.
 */
export class Negotiation {
  readonly #openPeer: OpenPeer;
  readonly #call: NegotiatedCall;
  readonly #trust: EndToEndTrust;
  readonly #events: NegotiationEvents;
  #peer: Peer;
  #round: RoundNumber;
  #isNewConnection = true;
  /** The connection was described in some round, so that another round can restart ICE on it. */
  #isDescribed = false;
  /** Caller: this connection has an answer, so that the other side knows its certificate. */
  #isEstablished = false;
  /** The other side's description of this round was taken. */
  #hasRemote = false;
  /** This side's offer or answer of this round; null until it was said. */
  #description: UpMessage | null = null;
  #candidates: UpMessage[] = [];
  /** The other side's candidates of this round: a welcome brings them again. */
  readonly #heard = new Set<string>();
  /** Counts what was begun: of what is overtaken nothing is said. */
  #turn = 0;
  /** One word of the other side after another: each is checked before the next is looked at. */
  #inbox: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(
    openPeer: OpenPeer,
    call: NegotiatedCall,
    trust: EndToEndTrust,
    events: NegotiationEvents,
  ) {
    this.#openPeer = openPeer;
    this.#call = call;
    this.#trust = trust;
    this.#events = events;
    this.#round = call.round;
    this.#peer = this.#open(call.relay);
  }

  get peer(): Peer {
    return this.#peer;
  }

  get round(): RoundNumber {
    return this.#round;
  }

  /** Both descriptions of this round are there. */
  get isAnswered(): boolean {
    return this.#hasRemote && this.#description !== null;
  }

  /** Caller: the first round of this page. */
  offer(): void {
    this.#isDescribed = true;
    this.#say(async (isCurrent) => {
      const description = await this.#peer.makeOffer();
      return isCurrent() ? this.#offerOf(description) : null;
    });
  }

  /** Caller: another round. One that the server has not got is begun again in its place. */
  restart({ after, relay, ...next }: NextRound): void {
    // The other side may know nothing of a connection to which it has not answered.
    const isNewConnection = next.isNewConnection || !this.#isEstablished;
    this.#begin(after + 1, isNewConnection);
    if (isNewConnection) this.#replacePeer(relay);
    this.#isDescribed = true;
    this.#say(async (isCurrent) => {
      const description = await this.#peer.makeOffer(isNewConnection ? undefined : relay);
      return isCurrent() ? this.#offerOf(description) : null;
    });
  }

  /** Callee: asks for another round. */
  askForRestart({ isNewConnection }: { isNewConnection: boolean }): void {
    this.#askToLeave(this.#round, isNewConnection);
  }

  /** Callee: asks for the first round of this page, where another page had those before. */
  askForConnection(): void {
    this.#askToLeave(this.#call.round - 1, true);
  }

  /** What the other side says of its connection, as far as its role may. */
  receive(message: NegotiationMessage): void {
    void this.#inTurn(() => this.#take(message));
  }

  /** Takes what the other side said, of which some may have been lost with a socket. */
  hear(place: CallPlace): Promise<void> {
    const { callId, round, isNewConnection, offer, answer, candidates, restart, relay } = place;
    const { chain } = place;
    return this.#inTurn(async () => {
      const about = { callId, round };
      if (answer !== null) await this.#take({ type: "answer", ...about, signed: answer, chain });
      if (restart !== null) await this.#take({ type: "restart", ...about, relay, ...restart });
      if (offer !== null) {
        const beside = { isNewConnection, chain, relay };
        await this.#take({ type: "offer", ...about, signed: offer, ...beside });
      }
      for (const candidate of candidates)
        await this.#take({ type: "candidate", ...about, candidate });
    });
  }

  /** Says again what the server lacks of this round, and nothing that it has. */
  sayMissing({ round, offer, answer, candidatesHeard, restart }: CallPlace): void {
    const isUnasked = !this.#isDescribed && restart === null && this.#call.round > 0;
    if (isUnasked && this.#call.role === "callee") this.#askToLeave(round, true);
    const isBehind = round < this.#round;
    const said = this.#call.role === "caller" ? offer : answer;
    if (this.#description === null || round > this.#round) return;
    if (isBehind || said === null) this.#events.say(this.#description);
    const missing = isBehind ? this.#candidates : this.#candidates.slice(candidatesHeard);
    for (const message of missing) this.#events.say(message);
  }

  close(): void {
    this.#isClosed = true;
    this.#peer.close();
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#inbox = this.#inbox.then(() => (this.#isClosed ? undefined : this.#dare(act)));
    return this.#inbox;
  }

  async #take(message: NegotiationMessage): Promise<void> {
    const { role } = this.#call;
    if (message.type === "candidate") this.#takeCandidate(message);
    else if (message.type === "offer" && role === "callee") await this.#takeOffer(message);
    else if (message.type === "answer" && role === "caller") await this.#takeAnswer(message);
    else if (message.type === "restart" && role === "caller") this.#takeRestart(message);
  }

  /** Callee. */
  async #takeOffer({
    round,
    isNewConnection,
    signed,
    chain,
    relay,
  }: Heard<"offer">): Promise<void> {
    if (round < this.#round || (round === this.#round && this.#hasRemote)) return;
    if (!isNewConnection && !this.#isDescribed) {
      // A page that came later has nothing that could be restarted.
      this.#begin(round, isNewConnection);
      this.askForRestart({ isNewConnection: true });
      return;
    }
    const isTrusted = await this.#trust.hear({ round, isNewConnection, signed, chain });
    if (!isTrusted || this.#isClosed) return;
    this.#begin(round, isNewConnection);
    if (isNewConnection && this.#isDescribed) this.#replacePeer(relay);
    this.#hasRemote = true;
    this.#isDescribed = true;
    this.#say(async (isCurrent) => {
      await this.#trust.mayConnect;
      if (!isCurrent()) return null;
      const { description } = signed;
      const answer = await this.#peer.makeAnswer(description, isNewConnection ? undefined : relay);
      const own = await this.#trust.signAnswer(answer, round);
      return own && { type: "answer", callId: this.#call.callId, round, signed: own };
    });
  }

  /** Caller, once in a round: another answer changes nothing. */
  async #takeAnswer({ round, signed, chain }: Heard<"answer">): Promise<void> {
    const isCurrent = () => round === this.#round && !this.#isClosed;
    if (!isCurrent() || this.#hasRemote || this.#description === null) return;
    const isNewConnection = this.#isNewConnection;
    const isTrusted = await this.#trust.hear({ round, isNewConnection, signed, chain });
    if (!isTrusted || !isCurrent()) return;
    this.#hasRemote = true;
    this.#isEstablished = true;
    this.#sayNonce();
    void this.#dare(async () => {
      await this.#trust.mayConnect;
      if (!isCurrent()) return;
      this.#showAddressInTime();
      await this.#peer.takeAnswer(signed.description);
    });
  }

  #takeCandidate({ round, candidate }: Heard<"candidate">): void {
    if (round !== this.#round) return;
    const { route, toldRoute } = this.#call;
    // The other side was told that the call is direct, and may believe it. This side is relayed.
    const isUseless = route !== toldRoute && !checkCandidate(candidate, route).allowed;
    const text = JSON.stringify(candidate);
    if (isUseless || this.#heard.has(text)) return;
    this.#heard.add(text);
    this.#peer.addCandidate(candidate);
  }

  /** Caller: the other side wants to leave the round that this one is in. */
  #takeRestart({ round, isNewConnection, relay }: Heard<"restart">): void {
    if (round !== this.#round) return;
    this.restart({ after: round, isNewConnection, relay });
  }

  #begin(round: RoundNumber, isNewConnection: boolean): void {
    this.#round = round;
    this.#isNewConnection = isNewConnection;
    this.#hasRemote = false;
    this.#description = null;
    this.#candidates = [];
    this.#heard.clear();
    if (round > 0) this.#events.onRound();
  }

  #askToLeave(round: RoundNumber, isNewConnection: boolean): void {
    this.#events.say({ type: "restart", callId: this.#call.callId, round, isNewConnection });
  }

  async #offerOf(description: string): Promise<UpMessage | null> {
    const ice = iceParametersOf(description);
    if (ice === null) throw new UnsafeDescription("no ICE parameters");
    const named = { round: this.#round, isNewConnection: this.#isNewConnection };
    const signed = await this.#trust.signOffer(description, named);
    return signed && { type: "offer", callId: this.#call.callId, ...named, signed, ice };
  }

  /** Says this side's description once it is made, unless something else was begun meanwhile. */
  #say(describe: (isCurrent: () => boolean) => Promise<UpMessage | null>): void {
    this.#turn += 1;
    const turn = this.#turn;
    const isCurrent = () => turn === this.#turn && !this.#isClosed;
    void this.#dare(async () => {
      const message = await describe(isCurrent);
      if (message === null || !isCurrent()) return;
      this.#description = message;
      this.#events.say(message);
      if (message.type === "answer") this.#showAddressInTime();
    });
  }

  /** While two only compare emoji, neither learns where the other is. */
  #showAddressInTime(): void {
    const peer = this.#peer;
    void this.#trust.agreed.then(() => {
      if (peer === this.#peer && !this.#isClosed) peer.showAddress();
    });
  }

  #trickle(candidate: IceCandidate): void {
    const { callId } = this.#call;
    const message = { type: "candidate", callId, round: this.#round, candidate } as const;
    this.#candidates.push(message);
    this.#events.say(message);
    this.#trust.evidence.addCandidate(candidate.candidate);
  }

  #replacePeer(relay: RelayCredential): void {
    this.#peer.close();
    this.#peer = this.#open(relay);
    this.#isEstablished = false;
    this.#sayNonce();
    this.#events.onPeer(this.#peer);
  }

  /** Caller: each connection is told, for each may be the first that carries anything. */
  #sayNonce(): void {
    const nonce = this.#trust.nonceToSay;
    if (nonce !== null) this.#peer.say(nonce);
  }

  #open(relay: RelayCredential): Peer {
    const isCurrent = () => this.#peer === peer && !this.#isClosed;
    const events = this.#events;
    const peer = this.#openPeer(
      { ...this.#call, relay },
      {
        onCandidate: (candidate) => void (isCurrent() && this.#trickle(candidate)),
        onUnsafe: () => void (isCurrent() && events.onFailed("unsafe-description")),
        onWrongCertificate: () => void (isCurrent() && this.#trust.refuseCertificate()),
        onRemoteTracks: (tracks) => void (isCurrent() && events.onRemoteTracks(tracks)),
        onRelayReach: (reach) => void (isCurrent() && events.onRelayReach(reach)),
        onPath: (isUp) => void (isCurrent() && events.onPath(isUp)),
        onPeerMessage: (message) => void (isCurrent() && events.onPeerMessage(message)),
      },
    );
    return peer;
  }

  /**
   * Does what the other side's text or the browser may make fail. What is unsafe ends the call, and a
   * connection that cannot be made; a restart that failed is tried again on a new connection.
   */
  async #dare(act: () => Promise<void>): Promise<void> {
    const peer = this.#peer;
    try {
      await act();
    } catch (error) {
      if (this.#isClosed || peer !== this.#peer) return;
      if (error instanceof UnsafeDescription) this.#events.onFailed("unsafe-description");
      else if (this.#isNewConnection) this.#events.onFailed("unsupported");
      else if (this.#call.role === "callee") this.askForRestart({ isNewConnection: true });
    }
  }
}
