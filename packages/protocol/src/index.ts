/**
 * What is said between a browser and the server: ids, messages, the HTTP API, error and close
 * codes, and the limits that both sides keep. It is not what any of it means: who may ring is
 * `policy`, what happens next is `call`. Start at `up.ts` and `down.ts`.
 *
 * @module
 */
export * from "./account.ts";
export * from "./address-exception.ts";
export { type Checked, checkCandidate } from "./allowed-candidate.ts";
export { checkDescription } from "./allowed-description.ts";
export * from "./api.ts";
export * from "./ask.ts";
export * from "./call-rights.ts";
export * from "./call-route.ts";
export * from "./call-settings.ts";
export * from "./call-view.ts";
export * from "./conversation.ts";
export * from "./description.ts";
export * from "./down.ts";
export * from "./errors.ts";
export type { Endpoint } from "./endpoint.ts";
export * from "./grant.ts";
export * from "./handle.ts";
export * from "./ice-parameters.ts";
export * from "./id.ts";
export * from "./identity-key.ts";
export * from "./invitation.ts";
export * from "./limits.ts";
export * from "./loop-call.ts";
export * from "./own-devices.ts";
export type { Parsed } from "./parse.ts";
export * from "./passkey.ts";
export * from "./peer-message.ts";
export * from "./person-view.ts";
export * from "./person.ts";
export * from "./protocol-version.ts";
export * from "./push.ts";
export * from "./records-api.ts";
export * from "./quiet-hours.ts";
export * from "./recovery-code.ts";
export * from "./ring-reason.ts";
export * from "./round.ts";
export * from "./signed-description.ts";
export * from "./up.ts";
export * from "./ways-in.ts";
