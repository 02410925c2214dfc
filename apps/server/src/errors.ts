import type { ErrorCode } from "@ringfence/protocol";

/**
 * The caller's: what was asked cannot be done, and nothing of it was. The message is one sentence
 * for a person, the code is the protocol's.
 */
export class RefusedError extends Error {
  readonly code: ErrorCode;
  /** The path of the field at fault, such as "displayName". */
  readonly field: string | undefined;
  /** When asking again is worth it, in seconds. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    details: { field?: string; retryAfterSeconds?: number } = {},
  ) {
    super(message);
    this.code = code;
    this.field = details.field;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}
