import type {
  CallId,
  CallKind,
  CallRoute,
  CallView,
  DeviceChain,
  Person,
  RelayCredential,
  SignedDescription,
} from "@ringfence/protocol";
import type { MediaDrawing } from "./call-media.ts";
import type { CallEnd, CallPhase, CallTrust, CurrentCall } from "./calls-snapshot.ts";
import { drawOwnCall } from "./draw-call.ts";
import type { TrustFault } from "./trust-fault.ts";

/** What a call is about, from its first moment to its last. */
export interface CallBasics {
  role: "caller" | "callee";
  kind: CallKind;
  with: Person;
}

/** What the winner of an accept is given. */
export interface Won {
  relay: RelayCredential | null;
  offer: SignedDescription | null;
  chain: DeviceChain | null;
}

export interface OwnCallStart extends CallBasics {
  /** null for the caller, who learns it with the answer to the invite. */
  callId: CallId | null;
  /** As this side was told with the ring; null for the caller. */
  toldRoute: CallRoute | null;
  camera: boolean;
  /** Something in the drawing changed. */
  onChange: () => void;
}

/** How far a call of this tab has come: as the server last said, or as this device knows before. */
export class CallProgress {
  basics: CallBasics;
  callId: CallId | null;
  phase: CallPhase;
  /** Of this side's connection; null until it is made. */
  route: CallRoute | null = null;
  /** The other side's person is asked who this is, as the server last said. */
  isOtherAsked = false;
  #endReason: CallEnd | null = null;
  #connectedAtMs: number | null = null;
  /** The same as Unix time, which goes on while a machine sleeps. */
  #connectedAt: number | null = null;
  #over: CurrentCall["over"] = null;
  /** What did not fit of the other end, where the call ends by that. */
  trustFault: TrustFault | null = null;

  /** @param callId null for the caller, who learns it with the answer to the invite */
  constructor(basics: CallBasics, callId: CallId | null) {
    this.basics = basics;
    this.callId = callId;
    this.phase = callId === null ? "about-to-ring" : "connecting";
  }

  get wasConnected(): boolean {
    return this.#connectedAtMs !== null;
  }

  /** @param nowMs on the clock of `performance.now()` */
  follow({ state, connectedForMs, isOtherAsked }: CallView, nowMs: number): void {
    if (state === "ringing") return;
    this.phase = state;
    this.isOtherAsked = isOtherAsked;
    if (state === "connecting") return;
    this.#connectedAtMs ??= nowMs - connectedForMs;
    this.#connectedAt ??= Date.now() - connectedForMs;
  }

  /** The other side's ring, which came first, is the call, and this side is in it as its callee. */
  cross({ callId, kind }: CallView): void {
    this.basics = { ...this.basics, role: "callee", kind };
    this.callId = callId;
    this.phase = "connecting";
  }

  /**
   * @param isAsked this side's person had not answered who the other is
   * @param silentForMs how long nothing had come of the other side
   */
  end(reason: CallEnd, { isAsked, silentForMs }: { isAsked: boolean; silentForMs: number }): void {
    this.phase = "ended";
    this.#endReason = reason;
    if (reason === "failed" && isAsked) this.#endReason = "undecided";
    else if (reason === "failed" && this.isOtherAsked) this.#endReason = "other-undecided";
    if (this.#connectedAt === null) return;
    const at = Date.now() - silentForMs;
    this.#over = { at, lastedMs: Math.max(0, at - this.#connectedAt) };
  }

  draw(media: MediaDrawing | null, trust: CallTrust, isMediaUp: boolean): CurrentCall {
    const isSilent = this.phase === "connected" && !isMediaUp;
    return drawOwnCall({
      ...this.basics,
      callId: this.callId,
      phase: isSilent ? "reconnecting" : this.phase,
      endReason: this.#endReason,
      over: this.#over,
      connectedAtMs: this.#connectedAtMs,
      route: this.route,
      trust,
      isOtherAsked: this.isOtherAsked,
      trustFault: this.trustFault,
      media,
    });
  }
}
