import type { CallId, DownMessage, SignedDescription } from "@ringfence/protocol";
import { clientLimits } from "../limits.ts";
import type { OpenPeer, Peer, PeerEvents } from "../media/peer.ts";
import type { Page } from "../page.ts";
import type { EndToEndTrust } from "./end-to-end-trust.ts";
import type { TabLock } from "./tab-lock.ts";

type Prepare = Extract<DownMessage, { type: "prepare" }>;

interface WarmUpParts {
  openPeer: OpenPeer;
  page: Page;
  /** Held by the one tab of this profile that warms up. */
  lock: TabLock;
}

interface WarmPeer {
  peer: Peer;
  /** Gives the events of the connection to the call that it became. */
  tell: (events: PeerEvents) => void;
  release(): void;
}

/**
 * The connection of a call that rings: it takes its place at the relay before anybody has accepted,
 * and does nothing else. There is one at a time in a profile, in a tab that is looked at. The
 * caller's offer lies beside it, and is read at the tap.
 */
export class WarmUp {
  readonly #parts: WarmUpParts;
  /** The ring that may be warmed up for. */
  #ring: Prepare | null = null;
  #isOpening = false;
  #warm: WarmPeer | null = null;

  constructor(parts: WarmUpParts, signal: AbortSignal) {
    this.#parts = parts;
    parts.page.on("shown", () => void this.#open(), signal);
    signal.addEventListener("abort", () => this.#drop());
  }

  /** Of two rings the first is warmed up for. */
  begin(prepare: Prepare): void {
    if (this.#ring !== null) return;
    this.#ring = prepare;
    void this.#open();
  }

  /**
   * After the tap: checks the offer of a call that rang here, and answers it.
   *
   * @returns null where nothing is prepared, where its person has to be asked first, or where it
   * takes too long: the answer then follows the accept
   */
  async answer(callId: CallId, trust: EndToEndTrust): Promise<SignedDescription | null> {
    const warm = this.#warm;
    if (warm === null || this.#ring?.callId !== callId) return null;
    const { offer: signed, chain } = this.#ring;
    const makeAnswer = async () => {
      const isTrusted = await trust.hear({ round: 0, isNewConnection: true, signed, chain });
      if (!isTrusted || !trust.mayFlow) return null;
      return trust.signAnswer(await warm.peer.makeAnswer(signed.description), 0);
    };
    const tooLate = new Promise<null>((resolve) => {
      setTimeout(resolve, clientLimits.acceptPatienceMs, null);
    });
    // An offer that cannot be used is found again when the call is there to end by it.
    return Promise.race([makeAnswer().catch(() => null), tooLate]);
  }

  /** Lets go of a call that is not among these. */
  keepOnly(callIds: ReadonlySet<CallId | null>): void {
    if (this.#ring !== null && !callIds.has(this.#ring.callId)) this.#drop();
  }

  /** The connection that was made while the call rang, or a new one. */
  readonly openPeer: OpenPeer = (call, events) => {
    const ring = this.#ring;
    const warm = this.#warm;
    // A direct call asks more than the relay, which a connection cannot do later.
    if (call.callId !== ring?.callId || call.route !== "relayed" || warm === null) {
      if (call.callId === ring?.callId) this.#drop();
      return this.#parts.openPeer(call, events);
    }
    this.#warm = null;
    this.#ring = null;
    warm.release();
    warm.tell(events);
    return warm.peer;
  };

  async #open(): Promise<void> {
    const { lock, page, openPeer } = this.#parts;
    const ring = this.#ring;
    if (ring === null || this.#warm !== null || this.#isOpening || !page.isShown()) return;
    this.#isOpening = true;
    const release = await lock.tryHold();
    this.#isOpening = false;
    if (release === null) return;
    // It may have ended, or been taken, meanwhile.
    if (ring !== this.#ring) {
      release();
      return this.#open();
    }
    const { callId, relay, ice } = ring;
    const { events, tell } = lateEvents();
    const peer = openPeer({ callId, role: "callee", relay, route: "relayed" }, events);
    this.#warm = { peer, tell, release };
    peer.prepare(ice);
  }

  #drop(): void {
    this.#ring = null;
    this.#warm?.peer.close();
    this.#warm?.release();
    this.#warm = null;
  }
}

/** Events that are kept, in their order, until somebody wants them. */
function lateEvents(): { events: PeerEvents; tell: (to: PeerEvents) => void } {
  let told: PeerEvents | null = null;
  const kept: ((to: PeerEvents) => void)[] = [];
  const pass = (event: (to: PeerEvents) => void) => {
    if (told === null) kept.push(event);
    else event(told);
  };
  return {
    events: {
      onCandidate: (candidate) => pass((to) => to.onCandidate(candidate)),
      onRemoteTracks: (tracks) => pass((to) => to.onRemoteTracks(tracks)),
      onPath: (isUp) => pass((to) => to.onPath(isUp)),
      onRelayReach: (reach) => pass((to) => to.onRelayReach(reach)),
      onPeerMessage: (message) => pass((to) => to.onPeerMessage(message)),
      onUnsafe: () => pass((to) => to.onUnsafe()),
      onWrongCertificate: () => pass((to) => to.onWrongCertificate()),
    },
    tell(to) {
      // Whoever opens a connection expects no word of it before it has it.
      queueMicrotask(() => {
        told = to;
        for (const event of kept.splice(0)) event(to);
      });
    },
  };
}
