/** What the person who runs the server can put right, and only they. */
export type OperatorErrorCode =
  | "account-suspended"
  | "backup-too-new"
  | "backup-unusable"
  | "bus-refused"
  | "bus-unreachable"
  | "config"
  | "data-directory-in-use"
  | "data-directory-not-demo"
  | "data-directory-not-empty"
  | "data-directory-unusable"
  | "database-too-new"
  | "database-unusable"
  | "host-unusable"
  | "no-server-here"
  | "no-such-account"
  | "no-such-report"
  | "port-forbidden"
  | "port-taken"
  | "start-failed"
  | "tls-unusable"
  // What stops a relay: packages/relay/src/errors.ts.
  | `relay-${string}`;

/**
 * A start that cannot go on until the operator changes something. The message says what to change,
 * in whole sentences, and is shown as it is: without a stack.
 */
export class OperatorError extends Error {
  readonly code: OperatorErrorCode;

  constructor(code: OperatorErrorCode, message: string, options?: { cause: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Whether an error of any part is for the operator. Each part has its own classes. */
export function isForOperator(error: unknown): error is Error & { code: OperatorErrorCode } {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") {
    return false;
  }
  return error instanceof OperatorError || /^(database-too-new$|relay-)/.test(error.code);
}
