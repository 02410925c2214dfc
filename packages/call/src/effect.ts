import type {
  AccountId,
  CallOutcome,
  CallRoute,
  DeviceId,
  EndReason,
  IceCandidate,
  IceParameters,
  RoundNumber,
  SignedDescription,
} from "@ringfence/protocol";
import type { Permit } from "@ringfence/policy";

/** Which devices of an account are told. */
export type Recipient =
  | { accountId: AccountId; devices: "all" }
  | { accountId: AccountId; devices: "only"; deviceId: DeviceId }
  | { accountId: AccountId; devices: "all-but"; deviceId: DeviceId };

/**
 * What is to be done once the transition is saved, in this order. An effect holds all that is
 * needed and nothing to decide. Where one has the name of a `DownMessage` it is that message, and a
 * view in it is `viewCall` of the new state for each device that gets it.
 *
 * `record` alone is no message: it belongs into the transition's own transaction.
 */
export type Effect =
  /** Ring every device of the permit's callee. The permit is the right to, and the only one. */
  | { type: "ring"; permit: Permit }
  | { type: "silenced"; to: Recipient }
  /** Each device with a relay credential of its own. */
  | { type: "prepare"; to: Recipient; ice: IceParameters; offer: SignedDescription }
  /** `isWinner`: with a relay credential of the callee's side, and the offer if there is one. */
  | { type: "accepted"; to: Recipient; isWinner: boolean; offer: SignedDescription | null }
  /** With a relay credential for the answer. */
  | {
      type: "offer";
      to: Recipient;
      round: RoundNumber;
      isNewConnection: boolean;
      signed: SignedDescription;
    }
  | { type: "answer"; to: Recipient; round: RoundNumber; signed: SignedDescription }
  /** With a relay credential for the next offer. */
  | { type: "restart"; to: Recipient; round: RoundNumber; isNewConnection: boolean }
  | { type: "candidate"; to: Recipient; round: RoundNumber; candidate: IceCandidate }
  | { type: "call-changed"; to: Recipient }
  | { type: "call-ended"; to: Recipient; reason: EndReason }
  /**
   * Credentials of this call are good from now on; nothing passes yet. Of a direct one the relay
   * tells its parties their own addresses.
   */
  | { type: "relay-open"; route: CallRoute }
  /** Media may pass between these two devices, and no other device of the call may stay. */
  | { type: "relay-join"; callerDeviceId: DeviceId; calleeDeviceId: DeviceId }
  | { type: "relay-end" }
  /** This relay carries the call no more. */
  | { type: "relay-leave"; relayId: string }
  /** One participant's memory of the call. `durationMs` is 0 unless there was media. */
  | { type: "record"; accountId: AccountId; outcome: CallOutcome; durationMs: number };
