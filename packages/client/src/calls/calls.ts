import type { CallId, CallKind, Person } from "@ringfence/protocol";
import type { Observable } from "../observable.ts";
import type { CallsSnapshot } from "./calls-snapshot.ts";

/**
 * Calls of this device. The methods are for gestures of the person: nothing that arrives from the
 * network, a URL or another page calls them. They throw nothing; what became
 * of them stands in the snapshot.
 */
export interface Calls {
  readonly snapshot: Observable<CallsSnapshot>;
  /** "Let Ringfence ring". Remembered; after a reload the next gesture in the page arms it again. */
  allowSound(): void;
  /** Rings in one second unless cancelled before; does nothing while a call stands. */
  ring(to: Person, kind: CallKind): void;
  /** Caller, until the other has accepted. */
  cancel(): void;
  accept(callId: CallId, options: { camera: boolean }): void;
  decline(callId: CallId): void;
  /** Stops one's own ring on all devices; the caller is told nothing. */
  silence(callId: CallId): void;
  /** The one in progress, here or in another tab, or the one that can be returned to. */
  hangUp(): void;
  /** Goes on with the call that the page before had; this page opens its devices for it. */
  returnToCall(options: { camera: boolean }): void;
  /** Unmuting also asks again for a microphone that was blocked, missing or in use. */
  setMuted(isMuted: boolean): void;
  setCamera(isOn: boolean): void;
  /** To the next camera, such as from the front one to the back one. */
  switchCamera(): void;
  chooseMicrophone(id: string): void;
  chooseCamera(id: string): void;
  chooseSpeaker(id: string): void;
  /** Takes an ended call off the screen. */
  dismissEnded(): void;
}
