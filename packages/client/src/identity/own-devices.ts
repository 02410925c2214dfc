import type { Emoji } from "@ringfence/e2ee";
import type { Device, DeviceId } from "@ringfence/protocol";
import type { Observable } from "../observable.ts";

/** A device of the account, and whether the chain says so. */
export interface OwnDevice extends Device {
  /** By the chain that this device checked, whatever the server says. */
  readonly isLinked: boolean;
}

/** A device that is signed in and wants to be linked. */
export interface WaitingDevice {
  readonly id: DeviceId;
  readonly name: string;
  readonly identityKey: string;
  /** Eight, the same on its own screen. */
  readonly emoji: readonly Emoji[];
}

/** A device that this one linked, until its person has compared what it believes. */
export interface LinkedDevice {
  readonly identityKey: string;
  readonly name: string;
  /** Eight of the chain up to its link, the same on its own screen. */
  readonly emoji: readonly Emoji[];
}

/**
 * What is wrong with this account's own chain, as no honest server shows one.
 * - `broken`: a line in it is not what it must be.
 * - `shorter`, `forked`: it is not the one that this device saw before.
 */
export type OwnChainFault = "broken" | "shorter" | "forked";

/** What happened to the account's devices and the person has not said yet that they know. */
export interface OwnChainNews {
  /** They were begun anew, and not because this device came first. */
  readonly wasBegunAnew: boolean;
  /** Another device linked this one. */
  readonly wasLinkedByAnother: boolean;
}

export type OwnDevicesSnapshot =
  /** Nothing is known yet. */
  | { state: "loading" }
  /** This browser keeps no keys for this site, so that no call can be protected. */
  | { state: "unavailable" }
  /** Nothing is linked, called linked or believed until it is right again. */
  | { state: "faulty"; fault: OwnChainFault }
  | ({
      state: "known";
      isLinked: boolean;
      /** This device is the only linked one: with it goes the account's identity. */
      isLastLinked: boolean;
      /** What another device shows of this one while it waits to be linked; null where it is linked. */
      emoji: readonly Emoji[] | null;
      devices: readonly OwnDevice[];
      /** While `wasLinkedByAnother`: what the device that linked this one shows of `justLinked`. */
      linkedWith: readonly Emoji[] | null;
      /** Of several the one that was linked first. */
      justLinked: LinkedDevice | null;
      /** Empty where this device is not linked itself. */
      waiting: readonly WaitingDevice[];
      /** Keys that are linked, though no device that is signed in has them. */
      signedInNowhere: readonly string[];
    } & OwnChainNews);

/** The devices that this account says are its own. Methods throw `ApiError`. */
export interface OwnDevices {
  readonly snapshot: Observable<OwnDevicesSnapshot>;
  /** After the person saw the same emoji on both screens. */
  link(device: WaitingDevice): Promise<void>;
  /** The person has seen whether `justLinked` shows the same. */
  dismissLinked(device: LinkedDevice): Promise<void>;
  /** Takes a linked key out that no device has which is signed in. */
  takeOut(identityKey: string): Promise<void>;
  /** The person knows this of the account's devices. */
  accept(news: keyof OwnChainNews): Promise<void>;
  /** Reads it again. */
  refresh(): Promise<void>;
}
