import type { AccountId, CallId, UpMessage } from "@ringfence/protocol";
import type { CallDevice } from "./side.ts";

/** What a device may say of a call. `invite` is not among them: it begins one. */
export type CallMessage = Extract<UpMessage, { callId: CallId }>;

/** A device's message, with the device that the server knows it came from. */
export type DeviceEvent = CallMessage & { from: CallDevice };

/** What the server tells a call of the relays. */
export type RelayEvent =
  /** The relay that carries it is gone, and another takes its place. */
  | { type: "relay-gone"; relayId: string; nextId: string; nextUrls?: string[] }
  /** The relay that carries it now knows it. */
  | { type: "relay-ready"; relayId: string };

/** What the server itself tells a call. Such an event never is refused: it moves or is ignored. */
export type ServerEvent =
  | RelayEvent
  /** The call's `dueAt` has come. An early one is ignored. */
  | { type: "due" }
  /** The policy would not allow this ring any more, for another cause than a block. */
  | { type: "revoked" }
  /** One of the two has blocked the other. */
  | { type: "blocked"; by: AccountId }
  /** The device was signed out, or its account was suspended or deleted. */
  | { type: "device-gone"; device: CallDevice };

export type CallEvent = DeviceEvent | ServerEvent;

/** What each state has its own answer to. */
export type StateEvent = Exclude<CallEvent, RelayEvent>;
