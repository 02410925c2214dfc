import type {
  CallId,
  CallPlace,
  CallRoute,
  CallView,
  ErrorCode,
  Person,
  RelayCredential,
  RoundNumber,
} from "@ringfence/protocol";
import { CallMedia } from "./call-media.ts";
import type { OwnCallMessage } from "./call-messages.ts";
import type { CallParts } from "./call-parts.ts";
import { CallProgress, type OwnCallStart, type Won } from "./call-progress.ts";
import type { CallEnd, CallPhase, CurrentCall } from "./calls-snapshot.ts";
import { nothingTrusted } from "./draw-call.ts";
import { EndToEndTrust } from "./end-to-end-trust.ts";
import { Invite } from "./invite.ts";
import type { OwnStanding, Resumption } from "./reconcile-calls.ts";
import { refusedEnd } from "./refused-end.ts";

/**
 * The call that this tab holds, from the tap that began it to its end. Only the winner of the accept opens
 * a microphone or the caller's description; a peer connection may be there from the ring on, told nothing
 * but two words of ICE (docs/decisions/0054). Phases: see `CallPhase`.
 */
export class OwnCall {
  readonly #parts: CallParts;
  readonly #scope = new AbortController();
  readonly #progress: CallProgress;
  readonly #wantsCamera: boolean;
  readonly #onChange: () => void;
  readonly #invite: Invite;
  #ends: CallId | null = null;
  #isBegun = false;
  #hasSaidAccept = false;
  #media: CallMedia | null = null;
  #trust: EndToEndTrust | null = null;
  readonly #toldRoute: CallRoute | null;

  constructor(parts: CallParts, { callId, toldRoute, camera, onChange, ...basics }: OwnCallStart) {
    this.#parts = parts;
    this.#toldRoute = toldRoute;
    this.#progress = new CallProgress(basics, callId);
    this.#wantsCamera = camera;
    this.#onChange = onChange;
    const wish = { to: basics.with.handle, kind: basics.kind };
    this.#invite = new Invite(wish, (message) => parts.send(message), {
      onSent: () => {
        this.#progress.phase = "inviting";
        onChange();
      },
      onUnreachable: () => this.end("unreachable"),
    });
  }

  get callId(): CallId | null {
    return this.#progress.callId;
  }

  get with(): Person {
    return this.#progress.basics.with;
  }

  get phase(): CallPhase {
    return this.#progress.phase;
  }

  /** Aborted when the call is over and everything that it held is released. */
  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  get isOver(): boolean {
    return this.#scope.signal.aborted;
  }

  /** The callee's, before its accept was said. */
  get isUnsaid(): boolean {
    return this.#progress.basics.role === "callee" && !this.#hasSaidAccept;
  }

  /** null before this side's devices were asked for. */
  get media(): CallMedia | null {
    return this.#media;
  }

  /** Who is at the other end; null before this call has an id. */
  get trust(): EndToEndTrust | null {
    return this.#trust;
  }

  /** It ended because the other end is not who it should be: it is not taken again. */
  get isRefused(): boolean {
    return this.#progress.trustFault !== null;
  }

  /** Whether a message is about this call: by its id, or by the id of its invite. */
  isMeant({ callId, requestId }: { callId?: CallId | null; requestId?: string | null }): boolean {
    if (typeof requestId === "string") return requestId === this.#invite.requestId;
    return typeof callId === "string" && callId === this.callId;
  }

  /** Keeps a message that may be about this call; false where this call knows its id. */
  keep(message: OwnCallMessage): boolean {
    if (this.phase !== "inviting") return false;
    this.#invite.keep(message);
    return true;
  }

  /**
   * Says the invite, after a second, or the accept.
   *
   * @param ends the call of this device that the accept ends
   */
  begin(ends: CallId | null = null): void {
    if (this.isOver || this.#isBegun) return;
    this.#isBegun = true;
    if (!this.#parts.trust.identity.keepsKeys) return this.end("no-keys");
    this.#ends = ends;
    this.#stay();
    if (this.callId === null) this.#invite.begin();
    else void this.#accept();
  }

  /**
   * Goes on with a connected call that another page of this device had: this page has no connection of
   * it yet, and its person has asked for one.
   */
  async goOn(view: CallView, { relay, round }: CallPlace): Promise<void> {
    if (this.isOver) return;
    this.#hasSaidAccept = true;
    this.#stay();
    const isResumed = await this.#trustIn(view.callId, view.route)
      .resume()
      .catch(() => false);
    if (this.isOver) return;
    // Nobody knows any more whom this device had begun with.
    if (!isResumed) return this.#leaveFor("failed");
    const media = this.#open(view, relay, round + 1);
    if (this.#progress.basics.role === "caller") media.offer();
    else media.askForConnection();
    this.#follow(view);
  }

  /** A message that `isMeant` for this call. */
  receive(message: OwnCallMessage): void {
    if (this.isOver) return;
    switch (message.type) {
      case "ringing":
        this.#ringing(message.call, message.relay);
        return;
      case "glare":
        this.#cross(message.call);
        return;
      case "unavailable":
        this.end("unavailable");
        return;
      case "refused":
        this.#refused(message.requestId !== null, message.code);
        return;
      case "accepted":
        this.#accepted(message.call, message);
        return;
      case "offer":
      case "answer":
      case "restart":
      case "candidate":
        this.#media?.receive(message);
        return;
      case "call-changed":
        this.#follow(message.call);
        this.#sayArrival(message.call);
        return;
      case "call-ended":
        // This side's own word, from another tab: after the ring it was a hang-up.
        this.end(message.reason === "cancelled" && !this.#isRing ? "hung-up" : message.reason);
    }
  }

  /** null where it is over. */
  get standing(): OwnStanding | null {
    if (this.isOver) return null;
    return {
      role: this.#progress.basics.role,
      callId: this.callId,
      phase: this.phase,
      hasSaidAccept: this.#hasSaidAccept,
      hasMedia: this.#media !== null,
    };
  }

  /**
   * After a new `welcome`, as `reconcileCalls` says.
   *
   * @param place this device's, where it has one in a call
   */
  resume(resumption: Resumption, place: CallPlace | null): void {
    switch (resumption.type) {
      case "wait":
        return;
      case "end":
        this.end(resumption.reason);
        return;
      case "accept-again":
        void this.#accept();
        return;
      case "go-on":
        this.#resync(resumption.view, place?.callId === this.callId ? place : null);
    }
  }

  /** Leaves in the words that fit: nothing, cancel or hang up. */
  leave(): void {
    if (this.isOver) return;
    const { callId } = this;
    const isRing = this.#isRing;
    const type = isRing ? "cancel" : "hang-up";
    if (callId !== null && !this.#parts.send({ type, callId })) this.#parts.sayBye(callId);
    this.end(isRing ? "cancelled" : "hung-up");
  }

  /** The page goes away: what is written to a socket that closes with it may never leave. */
  leaveWithPage(): void {
    if (this.isOver) return;
    if (this.callId !== null) this.#parts.sayBye(this.callId);
    this.#end("hung-up");
  }

  /** The person saw other emoji than the other. */
  differ(): void {
    if (this.isOver || (this.#trust?.drawn.emoji ?? null) === null) return;
    this.#trust?.theyDiffer();
    this.#leaveFor("different-emoji");
  }

  end(reason: CallEnd): void {
    if (this.isOver) return;
    this.#trust?.forget();
    this.#end(reason);
  }

  /** What this device knows of the other end is left for the page that may return. */
  #end(reason: CallEnd): void {
    const isAsked = (this.#trust?.drawn.question ?? null) !== null;
    this.#progress.end(reason, { isAsked, silentForMs: this.#media?.silentForMs ?? 0 });
    this.#invite.close(null);
    this.#media?.close();
    this.#trust?.evidence.end(reason);
    this.#scope.abort();
    this.#onChange();
  }

  draw(): CurrentCall {
    const trust = this.#trust?.drawn ?? nothingTrusted;
    return this.#progress.draw(this.#media?.draw() ?? null, trust, this.#media?.isUp ?? true);
  }

  #stay(): void {
    this.#parts.keepAwake(this.signal);
    this.#parts.server.stayFor(this.signal);
  }

  #resync(view: CallView, place: CallPlace | null): void {
    if (this.#media === null) {
      // This device has won, and the word of that was lost.
      if (place === null) this.#leaveFor("failed");
      else this.#accepted(view, place);
    }
    if (this.isOver) return;
    this.#follow(view);
    if (place !== null) void this.#media?.resync(place, this.#progress);
    this.#sayArrival(view);
  }

  /** Whether the other side has not accepted yet, as far as the caller knows. */
  get #isRing(): boolean {
    return this.phase === "ringing" || this.callId === null;
  }

  async #accept(): Promise<void> {
    const callId = this.callId;
    if (callId === null) return;
    // From the tap on: what the person has been shown of the call is what is to be signed.
    const trust = this.#trustIn(callId, this.#toldRoute ?? "relayed");
    const answer = await this.#parts.answerWarm(callId, trust);
    if (this.isOver) return;
    this.#hasSaidAccept = true;
    const isSaid = this.#parts.send({ type: "accept", callId, ends: this.#ends, answer });
    if (!isSaid) this.end("unreachable");
  }

  /** Both rang: the other's call is the older, and this device's invite has accepted it. */
  #cross(view: CallView): void {
    if (this.phase !== "inviting") return;
    const isTheirs = view.with.handle === this.with.handle && view.role === "callee";
    if (!isTheirs || !view.isThisDevice) {
      // No devices open for a call that nobody here tapped for, whatever the server says.
      this.#parts.send({ type: "hang-up", callId: view.callId });
      this.end("failed");
      return;
    }
    this.#progress.cross(view);
    this.#hasSaidAccept = true;
    this.#onChange();
    for (const message of this.#invite.close(view.callId)) this.receive(message);
  }

  #ringing(view: CallView, relay: RelayCredential): void {
    if (this.phase !== "inviting") return;
    const { callId } = view;
    this.#progress.phase = "ringing";
    this.#progress.callId = callId;
    this.#open(view, relay, 0).offer();
    this.#onChange();
    for (const message of this.#invite.close(callId)) this.receive(message);
  }

  #accepted(view: CallView, { relay, offer, chain }: Won): void {
    if (this.#progress.basics.role === "caller") {
      this.#follow(view);
    } else if (!view.isThisDevice || relay === null) {
      this.end("answered-elsewhere");
    } else if (this.#media === null) {
      const { callId } = view;
      const media = this.#open(view, relay, 0);
      const round = { round: 0, isNewConnection: true, relay, chain: chain ?? [] } as const;
      if (offer !== null) media.receive({ type: "offer", callId, signed: offer, ...round });
      this.#onChange();
    }
  }

  /** @param round the first one of this page */
  #open(view: CallView, relay: RelayCredential, round: RoundNumber): CallMedia {
    const { callId } = view;
    const { role, with: person } = this.#progress.basics;
    const trust = this.#trustIn(callId, view.route);
    // What both sign. Only where all agree: both ends, the server as it is now, and this person.
    const { route: toldRoute } = trust;
    const isSaid = toldRoute === "direct" && view.route === "direct";
    const isDirect = isSaid && this.#parts.addresses.mayShow(person.handle);
    const route = isDirect ? "direct" : "relayed";
    this.#progress.route = route;
    const camera = this.#wantsCamera;
    const call = { role, callId, relay, route, toldRoute, round, camera, trust } as const;
    const media = new CallMedia(this.#parts, call, {
      say: (message) => this.#parts.send(message),
      onLost: () => this.#leaveFor("lost"),
      onFailed: (reason) => this.#leaveFor(reason),
      onMedia: () => {
        media.sayArrival(this.#progress);
        this.#onChange();
      },
      onChange: this.#onChange,
    });
    this.#media = media;
    media.openDevices();
    return media;
  }

  /** The one of this call, from when its id is known. */
  #trustIn(callId: CallId, route: CallRoute): EndToEndTrust {
    const { role, kind, with: person } = this.#progress.basics;
    const call = { role, callId, with: person.handle, kind, route };
    this.#trust ??= new EndToEndTrust(this.#parts.trust, call, {
      onChange: () => (this.#media === null ? this.#onChange() : this.#media.heedTrust()),
      onFault: (fault) => {
        this.#progress.trustFault = fault;
        this.#leaveFor("untrusted");
      },
    });
    return this.#trust;
  }

  #refused(isInvite: boolean, code: ErrorCode): void {
    const isAccept = this.#progress.basics.role === "callee" && this.#media === null;
    if (isInvite || isAccept) this.end(refusedEnd(code));
    else if (code === "description-refused") this.#leaveFor("unsafe-description");
    // What else is refused was said twice or crossed a change, and changed nothing.
  }

  /** Where the server says the call is. */
  #follow(view: CallView): void {
    this.#progress.follow(view, this.#parts.now());
    if (this.#progress.wasConnected) this.#trust?.evidence.setConnected();
    this.#onChange();
  }

  /** Says whether media arrives, where the server may not know: a word of that can be late, or lost. */
  #sayArrival({ state }: CallView): void {
    const media = this.#media;
    if (media !== null && media.isUp !== (state === "connected")) media.sayArrival(this.#progress);
  }

  #leaveFor(reason: CallEnd): void {
    const type = this.isUnsaid ? "decline" : "hang-up";
    if (this.callId !== null) this.#parts.send({ type, callId: this.callId });
    this.end(reason);
  }
}
