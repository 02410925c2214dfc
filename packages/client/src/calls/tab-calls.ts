import {
  type CallId,
  type CallKind,
  type CallPlace,
  CallView,
  type Person,
} from "@ringfence/protocol";
import type { Environment } from "../environment.ts";
import type { OwnCallMessage } from "./call-messages.ts";
import type { CallParts } from "./call-parts.ts";
import type { CallBasics } from "./call-progress.ts";
import type { AcceptEnds, CallPhase, CurrentCall, ReturnableCall } from "./calls-snapshot.ts";
import type { Page } from "../page.ts";
import { CallElsewhere } from "./elsewhere.ts";
import { NextCall } from "./next-call.ts";
import { OwnCall } from "./own-call.ts";
import { reconcileCalls } from "./reconcile-calls.ts";
import { ReturningCall } from "./returning-call.ts";
import { TabLock } from "./tab-lock.ts";

/**
 * The one call of this device, as one tab of the profile has it: its own, or another tab's; and
 * the next, for which that one is to end.
 */
export class TabCalls {
  readonly #parts: CallParts;
  readonly #onChange: () => void;
  /** Held by the tab that has the call. */
  readonly #lock: TabLock;
  readonly #tabs: BroadcastChannel | null;
  readonly #elsewhere: CallElsewhere;
  readonly #returning: ReturningCall;
  /** The calls of this account that other devices of it are in. */
  #onOtherDevices = new Set<CallId>();
  #own: OwnCall | null = null;
  /** How many of a `welcome`'s calls are being looked for in other tabs. */
  #unsettled = 0;
  readonly #next: NextCall;

  constructor(
    parts: CallParts,
    { locks, page, tabs }: Pick<Environment, "locks" | "page" | "tabs">,
    onChange: () => void,
    signal: AbortSignal,
  ) {
    this.#parts = parts;
    this.#tabs = tabs;
    page.on("shown", () => this.#askToReturn(page), signal);
    this.#tabs?.addEventListener("message", ({ data }) => this.#hearTab(data), { signal });
    this.#onChange = onChange;
    this.#lock = new TabLock(locks, "ringfence-call");
    this.#next = new NextCall(new TabLock(locks, "ringfence-next-call"));
    this.#elsewhere = new CallElsewhere(this.#lock, () => parts.now(), {
      onChange,
      onLeft: () => this.#askToReturn(page),
    });
    this.#returning = new ReturningCall((message) => parts.send(message), onChange);
  }

  /** The call that this tab has, over or not. */
  get own(): OwnCall | null {
    // What is over and was to end for the next call is of no interest any more.
    return this.#own?.isOver === true ? (this.#next.call ?? this.#own) : this.#own;
  }

  get current(): CurrentCall | null {
    return this.own?.draw() ?? this.#elsewhere.drawn;
  }

  /** What this tab can go on with, once its person says so. */
  get returnable(): ReturnableCall | null {
    return this.#returning.drawn;
  }

  /** Whether it is known what became of the calls of the latest `welcome`. */
  get isSettled(): boolean {
    return this.#unsettled === 0;
  }

  get isBusy(): boolean {
    return this.acceptEnds !== "nothing";
  }

  get acceptEnds(): AcceptEnds {
    switch ((this.#live ?? this.#elsewhere.drawn)?.phase) {
      case undefined:
      case "ended":
        return this.returnable === null ? "nothing" : "call";
      case "about-to-ring":
      case "inviting":
      case "ringing":
        return "ring";
      case "connecting":
      case "connected":
      case "reconnecting":
        return "call";
    }
  }

  /** Whether this account is in a call, here or on another of its devices. */
  get isInConversation(): boolean {
    return this.isBusy || this.#onOtherDevices.size > 0;
  }

  /** Whether a ring is dealt with: it was accepted here, or may be what this tab's invite meets. */
  hasTaken({ callId, with: { handle } }: CallView): boolean {
    if (callId === this.#live?.callId || callId === this.#next.call?.callId) return true;
    if (callId === this.#own?.callId && this.#own.isRefused) return true;
    return this.#live?.phase === "inviting" && this.#live.with.handle === handle;
  }

  ring(to: Person, kind: CallKind): void {
    void this.#hold(this.#make({ role: "caller", kind, with: to }, null, kind === "video"));
  }

  accept(view: CallView, camera: boolean): void {
    if (this.#next.call !== null) return;
    if (this.#live?.phase === "about-to-ring") {
      // Nothing was sent of it: nothing has to be ended.
      this.#live.leave();
      this.#own = null;
    }
    const call = this.#make({ ...view, role: "callee" }, view, camera);
    void (this.isBusy ? this.#holdNext(call) : this.#hold(call));
  }

  hangUp(): void {
    const own = this.#live ?? this.#next.call;
    const elsewhere = this.#elsewhere.drawn;
    if (own !== null) {
      const isNothingYet = own.phase === "about-to-ring";
      own.leave();
      if (isNothingYet) this.dismissEnded();
    } else if (elsewhere?.callId) {
      this.#leave(elsewhere.callId, elsewhere.phase);
    } else {
      const left = this.#returning.take();
      if (left !== null) this.#leave(left.view.callId, left.view.state);
    }
  }

  returnToCall(camera: boolean): void {
    const taken = this.#returning.take();
    if (taken === null || this.isBusy) return;
    const { view, place } = taken;
    void this.#hold(this.#make(view, view, camera), (own) => void own.goOn(view, place));
  }

  dismissEnded(): void {
    if (this.#own?.isOver !== true) return;
    this.#own = null;
    this.#onChange();
  }

  /** The account is signed out, or the client closed. */
  clear(): void {
    this.#next.call?.leave();
    this.#own?.leave();
    this.#own = null;
    this.#elsewhere.drop();
    this.#returning.drop();
    this.#onOtherDevices.clear();
  }

  /** A browser that puts the page away may show it again: it then asks whether to return. */
  leaveWithPage(): void {
    this.#next.call?.leaveWithPage();
    this.#own?.leaveWithPage();
    this.#own = null;
  }

  receive(message: OwnCallMessage): void {
    switch (message.type) {
      case "ringing":
        // An invite whose page has let go of it, while its answer was on the way.
        if (!this.#tell(message, message)) this.#leave(message.call.callId, "ringing");
        // The server answers this tab alone.
        else this.#tabs?.postMessage(message.call);
        return;
      case "glare":
        if (!this.#tell(message, message)) this.#leave(message.call.callId, "connecting");
        return;
      case "accepted":
      case "call-changed":
        if (!message.call.isThisDevice) this.#markOther(message.call.callId, true);
        if (!this.#tell(message, message.call)) this.#followElsewhere(message.call);
        return;
      case "call-ended":
        this.#tell(message, message);
        this.#elsewhere.drop(message.callId);
        this.#returning.drop(message.callId);
        this.#markOther(message.callId, message.reason === "answered-elsewhere");
        return;
      case "offer":
        this.#returning.hear(message);
        this.#tell(message, message);
        return;
      case "unavailable":
      case "refused":
      case "answer":
      case "restart":
      case "candidate":
        this.#tell(message, message);
    }
  }

  /**
   * @param calls every call of this account that is not over
   * @param place this device's, in the one that it is in
   * @returns those that ring here
   */
  reconcile(calls: readonly CallView[], place: CallPlace | null): CallView[] {
    this.#onOtherDevices = new Set(calls.filter(isOnAnother).map(({ callId }) => callId));
    this.#reconcileNext(calls);
    const { rings, own, other } = reconcileCalls(this.#live?.standing ?? null, calls);
    this.#live?.resume(own, place);
    if (other !== null) void this.#settle(this.#reconcileOther(other, place));
    else {
      this.#elsewhere.drop();
      this.#returning.drop();
    }
    return rings;
  }

  /** Whether the server heard its accept; if not, its ring can be accepted again. */
  #reconcileNext(calls: readonly CallView[]): void {
    const next = this.#next.call;
    const view = calls.find(({ callId }) => callId === next?.callId);
    if (next === null) return;
    if (view?.isThisDevice === true) this.#promote(next);
    else next.end("unreachable");
  }

  /**
   * The tab that had the call is gone. The other side waits a little for its device; longer only
   * where there is a person who sees the question.
   */
  #askToReturn(page: Page): void {
    if (this.#elsewhere.isLeft && page.isShown()) this.#parts.server.ask({ isUrgent: false });
  }

  async #settle(reconciled: Promise<void>): Promise<void> {
    this.#unsettled++;
    try {
      await reconciled;
    } finally {
      this.#unsettled--;
      this.#onChange();
    }
  }

  async #reconcileOther(other: CallView, place: CallPlace | null): Promise<void> {
    const own = this.#own;
    const isElsewhere = await this.#lock.isHeldElsewhere();
    // Its person has begun something meanwhile, with this call perhaps.
    if (this.#own !== own) return;
    if (isElsewhere) {
      this.#elsewhere.take(other);
      this.#returning.drop();
      return;
    }
    this.#elsewhere.drop();
    // One that was hung up here, or that no page could go on with: the other person would wait a
    // minute for the server's timer.
    const isOver = this.#live !== null || own?.callId === other.callId;
    if (isOver || !this.#returning.offer(other, place)) this.#leave(other.callId, other.state);
  }

  #markOther(callId: CallId, isInIt: boolean): void {
    if (isInIt) this.#onOtherDevices.add(callId);
    else this.#onOtherDevices.delete(callId);
    this.#onChange();
  }

  /** Another tab rings somebody. What becomes of it the server tells all of them. */
  #hearTab(said: unknown): void {
    const { success, data } = CallView.safeParse(said);
    if (success) this.#takeElsewhere(data);
  }

  /** A call that this tab may return to is another tab's as soon as it is connected again. */
  #followElsewhere(view: CallView): void {
    if (this.returnable?.callId === view.callId && view.state !== "connected") return;
    this.#returning.drop(view.callId);
    this.#takeElsewhere(view);
  }

  #takeElsewhere(view: CallView): void {
    // The call that another tab has now is the one to show.
    if (view.isThisDevice && this.#own?.isOver === true) this.#own = null;
    this.#elsewhere.take(view);
  }

  /** This tab's call, where it is not over. */
  get #live(): OwnCall | null {
    return this.#own?.isOver === false ? this.#own : null;
  }

  #tell(
    message: OwnCallMessage,
    about: { callId?: CallId | null; requestId?: string | null },
  ): boolean {
    const meant = [this.#next.call, this.#live].find((call) => call?.isMeant(about));
    if (meant == null) {
      const isAnswer = message.type === "ringing" || message.type === "glare";
      return !isAnswer && this.#live?.keep(message) === true;
    }
    if (message.type === "accepted" && message.call.isThisDevice) {
      if (meant.isUnsaid) {
        // Another tab was quicker, and has the call.
        if (meant === this.#own) this.#own = null;
        meant.end("answered-elsewhere");
        return false;
      }
      if (meant === this.#next.call) this.#promote(meant);
    }
    meant.receive(message);
    return true;
  }

  /** Leaves a call of this device that this tab does not hold. */
  #leave(callId: CallId, phase: CallPhase): void {
    this.#parts.send({ type: phase === "ringing" ? "cancel" : "hang-up", callId });
  }

  /** @param told null for the caller, who is told nothing yet */
  #make({ role, kind, with: person }: CallBasics, told: CallView | null, camera: boolean): OwnCall {
    const onChange = () => this.#changed();
    const [callId, toldRoute] = [told?.callId ?? null, told?.route ?? null];
    const basics = { role, kind, with: person };
    return new OwnCall(this.#parts, { ...basics, callId, toldRoute, camera, onChange });
  }

  /** Makes a call this tab's for as long as it lasts, and begins it unless another tab has one. */
  async #hold(own: OwnCall, begin = (held: OwnCall) => held.begin()): Promise<void> {
    this.#own = own;
    this.#onChange();
    const release = await this.#lock.tryHold();
    if (release === null) {
      // A ring that another tab was quicker to answer is not worth a word.
      if (own.callId !== null) this.#own = null;
      own.end("already-in-call");
      return;
    }
    releaseWith(own, release);
    begin(own);
  }

  /** Accepts a call for which this device's present one is to end. */
  async #holdNext(call: OwnCall): Promise<void> {
    const held = this.#next.hold(call);
    this.#onChange();
    await held;
    this.#changed();
  }

  /** Once it is known which call is to end: an invite on its way has no id yet. */
  #beginNext(): void {
    const live = this.#live;
    if (live?.phase === "inviting") return;
    const standing = this.#elsewhere.drawn ?? this.returnable;
    this.#next.begin(live?.callId ?? standing?.callId ?? undefined);
  }

  /** The next call won: the other is over, of which the server tells by itself. */
  #promote(next: OwnCall): void {
    const before = this.#own;
    this.#own = next;
    this.#next.drop();
    before?.end("hung-up");
    void this.#inherit(next);
  }

  /** The tab that had the other call lets go of the lock when it learns of its end. */
  async #inherit(own: OwnCall): Promise<void> {
    const release = await this.#lock.hold(own.signal);
    if (release !== null) releaseWith(own, release);
  }

  #changed(): void {
    if (this.#next.call?.isOver === true) this.#next.drop();
    if (this.#own?.isOver === true && this.#elsewhere.drawn !== null) this.#own = null;
    this.#beginNext();
    this.#onChange();
  }
}

function isOnAnother({ isThisDevice, state }: CallView): boolean {
  return !isThisDevice && state !== "ringing";
}

function releaseWith({ isOver, signal }: OwnCall, release: () => void): void {
  if (isOver) release();
  else signal.addEventListener("abort", release);
}
