/**
 * What is said between a browser and the server: ids, messages, the HTTP API, error and close
 * codes, and the limits that both sides keep. It is not what any of it means: who may ring is
 * `policy`, what happens next is `call`. Start at `up.ts` and `down.ts`.
 *
 * @module
 */
export * from "./account.ts";
export { type Checked, checkCandidate } from "./allowed-candidate.ts";
export { checkDescription } from "./allowed-description.ts";
export * from "./api.ts";
export * from "./call-settings.ts";
export * from "./call-view.ts";
export * from "./conversation.ts";
export * from "./description.ts";
export * from "./down.ts";
export * from "./errors.ts";
export * from "./handle.ts";
export * from "./id.ts";
export * from "./limits.ts";
export type { Parsed } from "./parse.ts";
export * from "./peer-message.ts";
export * from "./protocol-version.ts";
export * from "./up.ts";
