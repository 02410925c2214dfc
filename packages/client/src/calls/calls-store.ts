import {
  api,
  type CallId,
  type CallKind,
  type CallPlace,
  type CallView,
  type Person,
} from "@ringfence/protocol";
import { pathOf } from "../api.ts";
import type { Environment } from "../environment.ts";
import { type Observable, Source } from "../observable.ts";
import type { AddressChoices } from "./address-choices.ts";
import type { CallsMessage } from "./call-messages.ts";
import type { CallParts, ServerLine } from "./call-parts.ts";
import type { Calls } from "./calls.ts";
import type { TrustParts } from "./end-to-end-trust.ts";
import type { CallsSnapshot, DeviceKind, SoundProcessing } from "./calls-snapshot.ts";
import { drawIncoming } from "./draw-call.ts";
import type { OwnCall } from "./own-call.ts";
import { Ringer } from "./ringer.ts";
import { type Ring, Rings } from "./rings.ts";
import { TabCalls } from "./tab-calls.ts";
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
  readonly #calls: TabCalls;
  readonly #snapshot = new Source<CallsSnapshot>({
    sound: "silent",
    incoming: [],
    current: null,
    returnable: null,
  });

  constructor(
    environment: Environment,
    addresses: AddressChoices,
    trust: TrustParts,
    server: ServerLine,
    signal: AbortSignal,
  ) {
    const { media, locks, page, storage } = environment;
    const warmUpLock = new TabLock(locks, "ringfence-warm-up");
    this.#warmUp = new WarmUp({ openPeer: media.openPeer, page, lock: warmUpLock }, signal);
    this.#parts = {
      ...media,
      openPeer: this.#warmUp.openPeer,
      answerWarm: (...call) => this.#warmUp.answer(...call),
      addresses,
      trust,
      server,
      send: (message) => server.send(message),
      sayBye: (callId) => environment.sendBeacon(pathOf(api.bye.path, { params: { callId } })),
    };
    const onChange = () => this.#draw();
    this.#calls = new TabCalls(this.#parts, environment, onChange, signal);
    const lock = new TabLock(locks, "ringfence-ring");
    this.#ringer = new Ringer({ sound: media.sound, page, storage, lock, onChange }, signal);
    page.on("leaving", () => this.#calls.leaveWithPage(), signal);
  }

  get snapshot(): Observable<CallsSnapshot> {
    return this.#snapshot;
  }

  /** Whether it is known what call of this device stands, since the latest `welcome`. */
  get isSettled(): boolean {
    return this.#calls.isSettled;
  }

  allowSound(): void {
    this.#ringer.allow();
  }

  ring(to: Person, kind: CallKind): void {
    if (this.#calls.isBusy) return;
    this.#ringer.prepare();
    this.#parts.addresses.prepare(to.handle);
    this.#calls.ring(to, kind);
  }

  cancel(): void {
    this.hangUp();
  }

  accept(callId: CallId, { camera }: { camera: boolean }): void {
    const ring = this.#rings.get(callId);
    if (ring !== undefined) this.#calls.accept(ring.view, camera);
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
    const callId = this.#calls.own?.callId ?? null;
    this.#calls.hangUp();
    // Whoever accepted and then thought better of it is not asked again.
    if (callId !== null) this.#rings.remove(callId);
  }

  returnToCall({ camera }: { camera: boolean }): void {
    this.#calls.returnToCall(camera);
  }

  callAnyway(callId: CallId): void {
    this.#ownOf(callId)?.trust?.callAnyway();
  }

  compareAgain(callId: CallId): void {
    this.#ownOf(callId)?.trust?.compareAgain();
  }

  theyMatch(callId: CallId): void {
    this.#ownOf(callId)?.trust?.theyMatch();
  }

  theyDiffer(callId: CallId): void {
    this.#ownOf(callId)?.differ();
  }

  setMuted(isMuted: boolean): void {
    this.#calls.own?.media?.devices.setMuted(isMuted);
  }

  openMicrophone(): void {
    this.#calls.own?.media?.devices.openMicrophone();
  }

  setCamera(isOn: boolean): void {
    this.#calls.own?.media?.devices.setCamera(isOn);
  }

  switchCamera(): void {
    this.#calls.own?.media?.devices.switchCamera();
  }

  shareScreen(): void {
    this.#calls.own?.media?.devices.shareScreen();
  }

  stopSharing(): void {
    this.#calls.own?.media?.devices.stopSharing();
  }

  chooseDevice(kind: DeviceKind, id: string): void {
    this.#calls.own?.media?.devices.choose(kind, id);
  }

  forgetDeviceChange(kind: DeviceKind): void {
    this.#calls.own?.media?.devices.forgetChange(kind);
  }

  setSound(change: Partial<SoundProcessing>): void {
    this.#calls.own?.media?.devices.setSound(change);
  }

  watchMicrophoneLevel(onLevel: (level: number) => void): () => void {
    return this.#calls.own?.media?.devices.watchLevel(onLevel) ?? (() => {});
  }

  dismissEnded(): void {
    this.#calls.dismissEnded();
  }

  /** The account is signed out, or the client closed. */
  clear(): void {
    this.#calls.clear();
    this.#rings.keepOnly([]);
    this.#draw();
  }

  receive(message: CallsMessage): void {
    switch (message.type) {
      case "welcome":
        this.#reconcile(message.calls, message.own);
        return;
      case "ring":
        this.#parts.send({ type: "ring-acknowledge", callId: message.call.callId });
        this.#addRing(message.call);
        return;
      case "prepare":
        this.#prepare(message);
        return;
      case "silenced":
        this.#rings.silence(message.callId);
        return;
      case "glare":
      case "accepted":
      case "call-changed":
        this.#rings.remove(message.call.callId);
        break;
      case "call-ended":
        this.#rings.remove(message.callId);
        break;
      case "ringing":
      case "unavailable":
      case "refused":
      case "offer":
      case "answer":
      case "restart":
      case "candidate":
    }
    this.#calls.receive(message);
  }

  /** Every call of this account that is not over. */
  #reconcile(calls: readonly CallView[], place: CallPlace | null): void {
    const standing = new Set(calls.map(({ callId }) => callId));
    // Of a call that ended while no page was there.
    this.#parts.trust.agreements.keepOnly(standing).catch(() => {});
    const rings = this.#calls.reconcile(calls, place);
    this.#rings.keepOnly(rings);
    for (const { callId, route, with: person } of rings) {
      this.#parts.send({ type: "ring-acknowledge", callId });
      if (route === "direct") this.#parts.addresses.prepare(person.handle);
    }
  }

  #addRing(view: CallView): void {
    if (view.route === "direct") this.#parts.addresses.prepare(view.with.handle);
    this.#rings.add(view);
  }

  /** This tab's call, where it is the one that was on the screen. */
  #ownOf(callId: CallId): OwnCall | null {
    const { own } = this.#calls;
    return own?.callId === callId ? own : null;
  }

  #prepare(message: Extract<CallsMessage, { type: "prepare" }>): void {
    const route = this.#rings.get(message.callId)?.view.route;
    if (route === "relayed" && !this.#calls.isBusy) this.#warmUp.begin(message);
  }

  /** What a connection may be prepared for: a ring, and what became of it here. */
  #mayBeWarm(): Set<CallId | null> {
    const { own, isBusy } = this.#calls;
    if (own?.isOver === false) return new Set([own.callId]);
    return new Set(isBusy ? [] : this.#rings.all.map(({ view }) => view.callId));
  }

  #draw(): void {
    const { acceptEnds, current, isInConversation: isWaiting, returnable } = this.#calls;
    this.#warmUp.keepOnly(this.#mayBeWarm());
    const rings = this.#rings.all.filter(({ view }) => !this.#calls.hasTaken(view));
    const heard = rings.filter(isHeard).map(({ view }) => view.callId);
    // Who is in a call is not rung aloud.
    this.#ringer.setRings(heard, isWaiting ? "softly" : "aloud");
    this.#ringer.setRingback(this.#calls.own?.phase === "ringing");
    const { isLoud, sound } = this.#ringer;
    const incoming = rings.map((ring) => drawIncoming(ring, { isLoud, isWaiting, acceptEnds }));
    this.#snapshot.set({ sound, incoming, current, returnable });
  }
}

function isHeard({ view, isSilenced }: Ring): boolean {
  return !isSilenced && !view.isQuiet;
}
