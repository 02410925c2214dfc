import { ApiError, type ApiErrorCode, PasskeyError } from "@ringfence/client";

/** What went wrong, for the person who tried: what happened and what to do. */
export interface Problem {
  message: string;
  /** The field at fault, as the API names it; null where it is none in particular. */
  field: string | null;
  /** What the server calls it; null where it is not the server's to say. */
  code: ApiErrorCode | null;
}

/** A field holds what the protocol does not allow. It was not sent. */
export class FieldProblem extends Error implements Problem {
  override readonly name = "FieldProblem";
  readonly field: string;
  readonly code = null;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError || error instanceof FieldProblem) {
    return { message: error.message, field: error.field, code: error.code };
  }
  if (error instanceof PasskeyError) return { message: error.message, field: null, code: null };
  return {
    message: "Something went wrong here. Reload the page and try again.",
    field: null,
    code: null,
  };
}
