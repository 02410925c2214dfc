import type { Bytes, DeviceSigner, EndToEndCrypto, IdentityVerdict } from "@ringfence/e2ee";
import type { DeviceChain, Handle } from "@ringfence/protocol";
import type { Observable } from "../observable.ts";
import type { Vault } from "../vault/vault.ts";

/** Somebody whose devices this one remembers. */
export interface RememberedPerson {
  readonly handle: Handle;
  /** Unix time in milliseconds. */
  readonly metAt: number;
  /** When the two last compared emoji; null where they never did. */
  readonly comparedAt: number | null;
}

/** Whose devices this one believes. It is this profile's own memory, and no server has a say in it. */
export interface KnownPeople {
  /** How far the device that signed in a call with this person is believed. */
  judge(handle: Handle, chain: DeviceChain, device: Bytes): Promise<IdentityVerdict>;
  /**
   * After media was allowed at `first-contact` or `known`: the person is known by this chain from now
   * on. A chain that does not go on from what is remembered changes nothing.
   */
  remember(handle: Handle, chain: DeviceChain, device: Bytes): Promise<void>;
  /**
   * The two people compared emoji in a call with this device. A chain that was begun anew takes the
   * place of the one before; of a device that is not linked nothing is kept.
   */
  markCompared(handle: Handle, chain: DeviceChain, device: Bytes): Promise<void>;
  /** By handle. */
  readonly people: Observable<readonly RememberedPerson[]>;
  /** The next call is with a stranger. */
  forget(handle: Handle): Promise<void>;
}

/** What a call needs to know who is who. */
export interface Identity extends KnownPeople {
  readonly crypto: EndToEndCrypto;
  /** The signed-in account's, by which it signs. Throws where nobody is signed in. */
  readonly account: Handle;
  /** The signed-in account's. Throws where nobody is signed in. */
  readonly vault: Vault;
  /** False once it is known that this browser keeps no keys: no call can be signed here. */
  readonly keepsKeys: boolean;
  /**
   * This device's own key. It waits until the server has it, so that the other end finds it in the
   * chain.
   *
   * @throws Error where this browser keeps no keys
   */
  signer(): Promise<DeviceSigner>;
}
