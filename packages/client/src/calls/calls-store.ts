import {
  api,
  type CallId,
  type CallKind,
  type CallView,
  type Person,
  type UpMessage,
} from "@ringfence/protocol";
import { pathOf } from "../api.ts";
import type { Environment } from "../environment.ts";
import { type Observable, Source } from "../observable.ts";
import type { AddressChoices } from "./address-choices.ts";
import type { CallsMessage, OwnCallMessage } from "./call-messages.ts";
import type { CallParts } from "./call-parts.ts";
import type { CallBasics } from "./call-progress.ts";
import type { Calls } from "./calls.ts";
import type { CallPhase, CallsSnapshot, DeviceKind, SoundProcessing } from "./calls-snapshot.ts";
import { drawIncoming } from "./draw-call.ts";
import { CallElsewhere } from "./elsewhere.ts";
import { OwnCall } from "./own-call.ts";
import { reconcileCalls } from "./reconcile-calls.ts";
import { Ringer } from "./ringer.ts";
import { Rings } from "./rings.ts";
import { TabLock } from "./tab-lock.ts";
import { WarmUp } from "./warm-up.ts";

/**
 * The rings of this account and the one call of this device, which this tab holds or another of the
 * profile. What the server says goes to where it belongs; the snapshot is drawn after each change.
 */
export class CallsStore implements Calls {
  readonly #parts: CallParts;
  readonly #rings = new Rings(() => this.#draw());
  readonly #ringer: Ringer;
  readonly #warmUp: WarmUp;
  /** One tab of the profile at a time has a call. */
  readonly #callLock: TabLock;
  readonly #snapshot = new Source<CallsSnapshot>({ sound: "silent", incoming: [], current: null });
  #own: OwnCall | null = null;
  readonly #elsewhere: CallElsewhere;

  constructor(
    environment: Environment,
    addresses: AddressChoices,
    send: (message: UpMessage) => boolean,
    signal: AbortSignal,
  ) {
    const { media, locks, page, storage } = environment;
    const warmUpLock = new TabLock(locks, "ringfence-warm-up");
    this.#warmUp = new WarmUp({ openPeer: media.openPeer, page, lock: warmUpLock }, signal);
    this.#parts = {
      ...media,
      openPeer: this.#warmUp.openPeer,
      addresses,
      send,
      sayBye: (callId) => environment.sendBeacon(pathOf(api.bye.path, { params: { callId } })),
    };
    const onChange = () => this.#draw();
    this.#elsewhere = new CallElsewhere(() => media.now(), onChange);
    this.#callLock = new TabLock(locks, "ringfence-call");
    const lock = new TabLock(locks, "ringfence-ring");
    this.#ringer = new Ringer({ sound: media.sound, page, storage, lock, onChange }, signal);
    page.on("leaving", () => this.#own?.leaveWithPage(), signal);
  }

  get snapshot(): Observable<CallsSnapshot> {
    return this.#snapshot;
  }

  allowSound(): void {
    this.#ringer.allow();
  }

  ring(to: Person, kind: CallKind): void {
    if (this.#isBusy()) return;
    this.#ringer.prepare();
    this.#parts.addresses.prepare(to.handle);
    const own = this.#make({ role: "caller", kind, with: to }, null, kind === "video");
    void this.#hold(own);
  }

  cancel(): void {
    this.hangUp();
  }

  accept(callId: CallId, { camera }: { camera: boolean }): void {
    const ring = this.#rings.get(callId);
    if (ring === undefined || this.#isBusy()) return;
    const { view } = ring;
    const own = this.#make({ ...view, role: "callee" }, callId, camera);
    void this.#hold(own);
    this.#rings.remove(callId);
  }

  decline(callId: CallId): void {
    if (this.#rings.get(callId) === undefined) return;
    this.#parts.send({ type: "decline", callId });
    this.#rings.remove(callId);
  }

  silence(callId: CallId): void {
    if (this.#rings.get(callId) === undefined) return;
    this.#parts.send({ type: "silence", callId });
    this.#rings.silence(callId);
  }

  hangUp(): void {
    const elsewhere = this.#elsewhere.drawn;
    const own = this.#own;
    if (own !== null && !own.isOver) {
      const isNothingYet = own.phase === "about-to-ring";
      own.leave();
      if (isNothingYet) this.dismissEnded();
    } else if (elsewhere?.callId) {
      this.#leave(elsewhere.callId, elsewhere.phase);
    }
  }

  setMuted(isMuted: boolean): void {
    this.#own?.media?.devices.setMuted(isMuted);
  }

  setCamera(isOn: boolean): void {
    this.#own?.media?.devices.setCamera(isOn);
  }

  switchCamera(): void {
    this.#own?.media?.devices.switchCamera();
  }

  shareScreen(): void {
    this.#own?.media?.devices.shareScreen();
  }

  stopSharing(): void {
    this.#own?.media?.devices.stopSharing();
  }

  chooseDevice(kind: DeviceKind, id: string): void {
    this.#own?.media?.devices.choose(kind, id);
  }

  forgetDeviceChange(kind: DeviceKind): void {
    this.#own?.media?.devices.forgetChange(kind);
  }

  setSound(change: Partial<SoundProcessing>): void {
    this.#own?.media?.devices.setSound(change);
  }

  watchMicrophoneLevel(onLevel: (level: number) => void): () => void {
    return this.#own?.media?.devices.watchLevel(onLevel) ?? (() => {});
  }

  dismissEnded(): void {
    if (this.#own?.isOver !== true) return;
    this.#own = null;
    this.#draw();
  }

  /** The account is signed out, or the client closed. */
  clear(): void {
    this.#own?.leave();
    this.#own = null;
    this.#elsewhere.drop();
    this.#rings.keepOnly([]);
    this.#draw();
  }

  receive(message: CallsMessage): void {
    switch (message.type) {
      case "welcome":
        void this.#reconcile(message.calls);
        return;
      case "ring":
        this.#parts.send({ type: "ring-acknowledge", callId: message.call.callId });
        if (message.call.callId !== this.#own?.callId) this.#addRing(message.call);
        return;
      case "prepare":
        this.#prepare(message);
        return;
      case "silenced":
        this.#rings.silence(message.callId);
        return;
      case "ringing":
        // An invite whose page has let go of it, while its answer was on the way.
        if (!this.#tellOwn(message, message)) this.#leave(message.call.callId, "ringing");
        return;
      case "accepted":
      case "call-changed":
        this.#rings.remove(message.call.callId);
        if (!this.#tellOwn(message, message.call)) this.#elsewhere.take(message.call);
        return;
      case "call-ended":
        this.#rings.remove(message.callId);
        this.#tellOwn(message, message);
        this.#elsewhere.drop(message.callId);
        return;
      case "unavailable":
      case "refused":
      case "offer":
      case "answer":
      case "candidate":
        this.#tellOwn(message, message);
    }
  }

  /** Every call of this account that is not over. */
  async #reconcile(calls: readonly CallView[]): Promise<void> {
    const own = this.#own;
    const { rings, own: resumption, other } = reconcileCalls(own?.standing ?? null, calls);
    this.#rings.keepOnly(rings);
    for (const { callId, route, with: person } of rings) {
      this.#parts.send({ type: "ring-acknowledge", callId });
      if (route === "direct") this.#parts.addresses.prepare(person.handle);
    }
    own?.resume(resumption);
    if (other === null) this.#elsewhere.drop();
    else if (await this.#callLock.isHeldElsewhere()) this.#elsewhere.take(other);
    // A call whose tab crashed or was reloaded has no page that could go on with it. Hanging up
    // says so at once, where the other person would wait a minute for the server's timer.
    else this.#leave(other.callId, other.state);
  }

  #addRing(view: CallView): void {
    if (view.route === "direct") this.#parts.addresses.prepare(view.with.handle);
    this.#rings.add(view);
  }

  #prepare(message: Extract<CallsMessage, { type: "prepare" }>): void {
    const route = this.#rings.get(message.callId)?.view.route;
    if (route === "relayed" && !this.#isBusy()) this.#warmUp.begin(message);
  }

  #tellOwn(
    message: OwnCallMessage,
    about: { callId?: CallId | null; requestId?: string | null },
  ): boolean {
    const own = this.#own;
    if (own === null || own.isOver) return false;
    if (!own.isMeant(about)) return message.type !== "ringing" && own.keep(message);
    own.receive(message);
    return true;
  }

  /** Leaves a call of this device that this tab does not hold. */
  #leave(callId: CallId, phase: CallPhase): void {
    this.#parts.send({ type: phase === "ringing" ? "cancel" : "hang-up", callId });
  }

  #make({ role, kind, with: person }: CallBasics, callId: CallId | null, camera: boolean): OwnCall {
    const onChange = () => this.#draw();
    return new OwnCall(this.#parts, { role, kind, with: person, callId, camera, onChange });
  }

  /** Makes a call this tab's for as long as it lasts, and begins it unless another tab has one. */
  async #hold(own: OwnCall): Promise<void> {
    this.#own = own;
    this.#draw();
    const release = await this.#callLock.tryHold();
    if (release === null) {
      own.end("already-in-call");
      return;
    }
    if (own.isOver) release();
    else own.signal.addEventListener("abort", release);
    own.begin();
  }

  #isBusy(): boolean {
    return (this.#own !== null && !this.#own.isOver) || this.#elsewhere.drawn !== null;
  }

  #draw(): void {
    const rings = this.#rings.all;
    const own = this.#own?.isOver === false ? this.#own : null;
    const warmable = own === null ? rings.map(({ view }) => view.callId) : [own.callId];
    this.#warmUp.keepOnly(new Set(warmable));
    // Who is in a call is not rung aloud.
    const isHeard = rings.some(({ view, isSilenced }) => !isSilenced && !view.isQuiet);
    this.#ringer.setRinging(!this.#isBusy() && isHeard);
    this.#ringer.setRingback(this.#own?.phase === "ringing");
    const incoming = rings.map((ring) => drawIncoming(ring, this.#ringer.isHeard));
    const current = this.#own?.draw() ?? this.#elsewhere.drawn;
    this.#snapshot.set({ sound: this.#ringer.sound, incoming, current });
  }
}
