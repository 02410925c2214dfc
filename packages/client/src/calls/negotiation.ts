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

export interface NegotiatedCall extends PeerCall {
  callId: CallId;
  /** What the server told both. `route` is "relayed" also where this side does not agree. */
  toldRoute: CallRoute;
  /** The first round of this page: 0, or later where another page of this device began the call. */
  round: RoundNumber;
}

export interface NegotiationEvents extends Omit<PeerEvents, "onCandidate" | "onUnsafe"> {
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
 * device alone begins rounds.
 */
export class Negotiation {
  readonly #openPeer: OpenPeer;
  readonly #call: NegotiatedCall;
  readonly #events: NegotiationEvents;
  #peer: Peer;
  #round: RoundNumber;
  #isNewConnection = true;
  /** The connection was described in some round, so that another round can restart ICE on it. */
  #isDescribed = false;
  /** The other side's description of this round was taken. */
  #hasRemote = false;
  /** This side's offer or answer of this round; null until it was said. */
  #description: UpMessage | null = null;
  #candidates: UpMessage[] = [];
  /** The other side's candidates of this round: a welcome brings them again. */
  readonly #heard = new Set<string>();
  /** Counts what was begun: of what is overtaken nothing is said. */
  #turn = 0;
  #isClosed = false;

  constructor(openPeer: OpenPeer, call: NegotiatedCall, events: NegotiationEvents) {
    this.#openPeer = openPeer;
    this.#call = call;
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
    this.#say(async () => this.#offerOf(await this.#peer.makeOffer()));
  }

  /** Caller: another round. One that the server has not got is begun again in its place. */
  restart({ after, relay, ...next }: NextRound): void {
    const wasUnheard = after < this.#round && this.#isNewConnection;
    const isNewConnection = next.isNewConnection || wasUnheard;
    this.#begin(after + 1, isNewConnection);
    if (isNewConnection) this.#replacePeer(relay);
    this.#isDescribed = true;
    this.#say(async () =>
      this.#offerOf(await this.#peer.makeOffer(isNewConnection ? undefined : relay)),
    );
  }

  /** Callee: asks for another round. */
  askForRestart({ isNewConnection }: { isNewConnection: boolean }): void {
    this.#askToLeave(this.#round, isNewConnection);
  }

  /** Callee: asks for the first round of this page, where another page had those before. */
  askForConnection(): void {
    this.#askToLeave(this.#call.round - 1, true);
  }

  /** Callee. */
  takeOffer({ round, isNewConnection, description, relay }: Heard<"offer">): void {
    if (round < this.#round || (round === this.#round && this.#hasRemote)) return;
    this.#begin(round, isNewConnection);
    if (!isNewConnection && !this.#isDescribed) {
      // A page that came later has nothing that could be restarted.
      this.askForRestart({ isNewConnection: true });
      return;
    }
    if (isNewConnection && this.#isDescribed) this.#replacePeer(relay);
    this.#hasRemote = true;
    this.#isDescribed = true;
    this.#say(async () => {
      const answer = await this.#peer.makeAnswer(description, isNewConnection ? undefined : relay);
      return { type: "answer", callId: this.#call.callId, round, description: answer };
    });
  }

  /** Caller, once in a round: another answer changes nothing. */
  takeAnswer({ round, description }: Heard<"answer">): void {
    if (round !== this.#round || this.#hasRemote || this.#description === null) return;
    this.#hasRemote = true;
    this.#peer.showAddress();
    void this.#dare(() => this.#peer.takeAnswer(description));
  }

  takeCandidate({ round, candidate }: Heard<"candidate">): void {
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
  takeRestart({ round, isNewConnection, relay }: Heard<"restart">): void {
    if (round !== this.#round) return;
    this.restart({ after: round, isNewConnection, relay });
  }

  /** Takes what the other side said, of which some may have been lost with a socket. */
  hear(place: CallPlace): void {
    const { round, isNewConnection, offer, answer, candidates, restart, relay } = place;
    if (this.#call.role === "caller") {
      if (answer !== null) this.takeAnswer({ round, description: answer });
      if (restart !== null) this.takeRestart({ round, relay, ...restart });
    } else if (offer !== null) {
      this.takeOffer({ round, isNewConnection, description: offer, relay });
    }
    for (const candidate of candidates) this.takeCandidate({ round, candidate });
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

  #offerOf(description: string): UpMessage {
    const ice = iceParametersOf(description);
    if (ice === null) throw new UnsafeDescription("no ICE parameters");
    const { callId } = this.#call;
    const [round, isNewConnection] = [this.#round, this.#isNewConnection];
    return { type: "offer", callId, round, isNewConnection, description, ice };
  }

  /** Says this side's description once it is made, unless something else was begun meanwhile. */
  #say(describe: () => Promise<UpMessage>): void {
    this.#turn += 1;
    const turn = this.#turn;
    void this.#dare(async () => {
      const message = await describe();
      if (turn !== this.#turn || this.#isClosed) return;
      this.#description = message;
      this.#events.say(message);
      if (message.type === "answer") this.#peer.showAddress();
    });
  }

  #trickle(candidate: IceCandidate): void {
    const { callId } = this.#call;
    const message = { type: "candidate", callId, round: this.#round, candidate } as const;
    this.#candidates.push(message);
    this.#events.say(message);
  }

  #replacePeer(relay: RelayCredential): void {
    this.#peer.close();
    this.#peer = this.#open(relay);
    this.#events.onPeer(this.#peer);
  }

  #open(relay: RelayCredential): Peer {
    const isCurrent = () => this.#peer === peer && !this.#isClosed;
    const events = this.#events;
    const peer = this.#openPeer(
      { ...this.#call, relay },
      {
        onCandidate: (candidate) => void (isCurrent() && this.#trickle(candidate)),
        onUnsafe: () => void (isCurrent() && events.onFailed("unsafe-description")),
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
