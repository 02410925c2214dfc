/**
 * The closed relay: TURN restricted to carrying the media between the two parties of one call. It
 * is not a general TURN server: a relayed address is virtual, and nothing passes before the
 * application has joined the call. Start at `turn/closed-relay.ts`, the pure core; `node/` has the
 * only sockets, `control/` is how the application says which calls live.
 *
 * @module
 */
export type { Join, LiveCall } from "./control/live-call.ts";
export { unregistered } from "./control/registration.ts";
export {
  type ConnectedRelay,
  type FiguresOfAll,
  RelayControl,
  type RelayControlOptions,
  type RelayIds,
} from "./control/relay-control.ts";
export { RelayError, type RelayErrorCode } from "./errors.ts";
export type { RelayLimits } from "./limits.ts";
export type { RelayLog } from "./log.ts";
export { bridgeToRelay } from "./node/bridge-to-relay.ts";
export {
  type CredentialSubject,
  mintCredential,
  type RelayCredential,
} from "./node/mint-credential.ts";
export { probeRelay, type RelayProbe, type RelayToProbe } from "./node/probe-relay.ts";
export type { RelayConfig, RunningRelay } from "./node/relay-config.ts";
export type { DataPathChoice } from "./node/open-data-path.ts";
export { runRelay } from "./node/run-relay.ts";
