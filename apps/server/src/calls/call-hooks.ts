import type { AccountId, DeviceId } from "@ringfence/protocol";
import type { Write } from "../store/store.ts";

/** What a change elsewhere must tell the calls that are going on, in the change's own transaction. */
export interface CallHooks {
  /** A follow, a block or a *never* between the two changed. */
  pairChanged(write: Write, one: AccountId, other: AccountId): Promise<void>;
  /** The account's rules changed: does everybody who is ringing it still have the right to? */
  settingsChanged(write: Write, account: AccountId): Promise<void>;
  /** Something about the account changed by which others let it ring, or not. */
  standingChanged(write: Write, account: AccountId): Promise<void>;
  /** The account was suspended. */
  suspended(write: Write, account: AccountId): Promise<void>;
  /** The account is about to be deleted. */
  endAllOf(write: Write, account: AccountId): Promise<void>;
  /** The device was signed out. */
  deviceGone(write: Write, account: AccountId, device: DeviceId): Promise<void>;
}
