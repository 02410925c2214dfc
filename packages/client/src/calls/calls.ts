import type { CallId, CallKind, Person } from "@ringfence/protocol";
import type { Observable } from "../observable.ts";
import type { CallsSnapshot, DeviceKind, SoundProcessing } from "./calls-snapshot.ts";

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
  /** Ends what this device has, as `acceptEnds` says, once the server says that this device won. */
  accept(callId: CallId, options: { camera: boolean }): void;
  decline(callId: CallId): void;
  /** Stops one's own ring on all devices; the caller is told nothing. */
  silence(callId: CallId): void;
  /** The one in progress, here or in another tab, or the one that can be returned to. */
  hangUp(): void;
  /** Goes on with the call that the page before had; this page opens its devices for it. */
  returnToCall(options: { camera: boolean }): void;
  /**
   * To `call-anyway`: the call goes on with the device that is not the one that was known. This and
   * the three below name the call that was on the screen, and change nothing in another.
   */
  callAnyway(callId: CallId): void;
  /** To `compare-again`: a connection without sound or picture, so that there are emoji to compare. */
  compareAgain(callId: CallId): void;
  /** The emoji are the same on both screens: the other end's device counts as compared from now on. */
  theyMatch(callId: CallId): void;
  /** They are not: somebody is in the middle. Ends the call. */
  theyDiffer(callId: CallId): void;
  /** Unmuting also asks again for a microphone that was blocked, missing or in use. */
  setMuted(isMuted: boolean): void;
  /** Asks again for one that could not be had; whoever is muted stays so. */
  openMicrophone(): void;
  setCamera(isOn: boolean): void;
  /** From the front to the back of a phone and round again; elsewhere to the next camera. */
  switchCamera(): void;
  /** The browser asks which screen, window or tab. */
  shareScreen(): void;
  stopSharing(): void;
  /** Remembered in this browser, as is the treatment of sound. */
  chooseDevice(kind: DeviceKind, id: string): void;
  setSound(change: Partial<SoundProcessing>): void;
  /** The person has read what became of a device. */
  forgetDeviceChange(kind: DeviceKind): void;
  /**
   * @param onLevel is told, several times a second, how loud this side's microphone is: 0 to 1
   * @returns ends it
   */
  watchMicrophoneLevel(onLevel: (level: number) => void): () => void;
  /** Takes an ended call off the screen. */
  dismissEnded(): void;
}
