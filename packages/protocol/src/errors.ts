import { z } from "zod";

/** Stable codes of refusals, over HTTP and over the WebSocket. docs/protocol.md lists them. */
export const ErrorCode = z.enum([
  /** The request is not what the schema says; `field` names where. */
  "malformed",
  "too-large",
  "too-many-requests",
  "origin-refused",
  "not-signed-in",
  /** This device is signed in to an account that whoever runs the server has suspended. */
  "account-suspended",
  /** Nobody is signed in any more: the operator's link set a new password. */
  "account-reset",
  "not-found",
  "wrong-password",
  /** Nobody has this handle and this recovery code. */
  "wrong-recovery-code",
  /** A passkey that opens nothing here, was used for something else, or took too long. */
  "passkey-refused",
  /** This device signed in a while ago: say again who you are. */
  "proof-needed",
  "handle-taken",
  "sign-up-closed",
  /** Signing up where that takes an invitation. */
  "invitation-needed",
  /** A single-use link or an invitation that was used, is too old, was revoked or never was. */
  "link-used",
  /** Following, messaging or blocking oneself. */
  "yourself",
  /** This account blocked the other and must unblock first. */
  "you-blocked",
  /** This account may not ask this person now; the same whatever the cause. */
  "ask-refused",
  /** This account's ask still shows. */
  "already-asked",
  /** An address book, a list of grants or of invitations that is full. */
  "list-full",
  /** The chain of devices does not end where the statement goes on: read it again. */
  "chain-moved",
  /** Only a linked device changes the chain of its account. */
  "not-linked",
  /** The browser's push service is none that this server sends to. */
  "push-service-refused",
  "already-in-call",
  /** This account rang as many people within the hour as one may. */
  "rate-limited",
  /** The call never was one of this account's, or is over for long. */
  "call-not-found",
  /** This role or this device may not say this in any state. */
  "wrong-role",
  /** Out of order, late or repeated: nothing changed. */
  "wrong-state",
  /** The description or candidate has a line that is not allowed. */
  "description-refused",
  "unavailable",
  "internal",
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

export const ErrorBody = z.object({
  code: ErrorCode,
  /** One sentence for a person: what happened and what to do. */
  message: z.string(),
  /** The path of the field at fault, such as "displayName". */
  field: z.string().optional(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** WebSocket close codes, 4000-4999 as RFC 6455 §7.4.2 leaves to applications. */
export const closeCodes = {
  /** A known message that is not what its schema says. */
  malformed: 4400,
  notSignedIn: 4401,
  /** Whoever runs the server has suspended the account: this device stays signed in. */
  suspended: 4403,
  /** No `hello` in time, or no heartbeat. */
  timeout: 4408,
  /** The client speaks a version that this server does not: reload the page. */
  unsupportedVersion: 4426,
  tooManyRequests: 4429,
  /** The device was signed out. */
  signedOut: 4440,
  /** The server is going down and will be back. */
  restarting: 4503,
} as const;
