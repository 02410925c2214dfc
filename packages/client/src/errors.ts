import type { ErrorBody, ErrorCode } from "@ringfence/protocol";

/** The server's codes and the one that only this side can know: no answer came. */
export type ApiErrorCode = ErrorCode | "unreachable";

/** Why a login opens nothing. The one of a suspended account will again, once that is over. */
export type WhyShutOut = "not-signed-in" | "account-reset" | "account-suspended";

export function isShutOut(code: ApiErrorCode): code is WhyShutOut {
  return code === "not-signed-in" || code === "account-reset" || code === "account-suspended";
}

/**
 * A refusal, or no answer at all (`code` is `unreachable`, `status` 0). `message` is a sentence
 * for a person; `field` is the path of the field at fault, where one is.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: ApiErrorCode;
  readonly field: string | null;

  constructor(
    status: number,
    body: Omit<ErrorBody, "code"> & { code: ApiErrorCode },
    cause?: unknown,
  ) {
    super(body.message, { cause });
    this.status = status;
    this.code = body.code;
    this.field = body.field ?? null;
  }
}
