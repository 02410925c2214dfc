import type { ErrorBody, ErrorCode } from "@ringfence/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { RefusedError } from "../errors.ts";
import type { Logger } from "../logger.ts";

const statusOfCode: Readonly<Record<ErrorCode, number>> = {
  malformed: 400,
  "too-large": 413,
  "too-many-requests": 429,
  "origin-refused": 403,
  "not-signed-in": 401,
  "account-suspended": 403,
  "account-reset": 401,
  "not-found": 404,
  // Not 401: this device may well be signed in, and stays so.
  "wrong-password": 403,
  "wrong-recovery-code": 403,
  "passkey-refused": 403,
  "proof-needed": 403,
  "handle-taken": 409,
  "sign-up-closed": 403,
  "invitation-needed": 403,
  "link-used": 410,
  yourself: 400,
  "you-blocked": 409,
  "ask-refused": 403,
  "already-asked": 409,
  "list-full": 409,
  "chain-moved": 409,
  "not-linked": 403,
  "push-service-refused": 400,
  "already-in-call": 409,
  "rate-limited": 429,
  "call-not-found": 404,
  "wrong-role": 409,
  "wrong-state": 409,
  "description-refused": 400,
  unavailable: 503,
  internal: 500,
};

/** Turns whatever was thrown into an `ErrorBody`. Only what is our fault is logged. */
export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): void {
  const refusal = error instanceof RefusedError ? error : refusalOfFastify(error);
  if (refusal === undefined) {
    // The route's pattern and not its address: that has a handle in it.
    const route = `${request.method} ${request.routeOptions.url ?? "no route"}`;
    logger.error({ err: error, route }, "a request failed");
    sendError(reply, 500, {
      code: "internal",
      message: "Something went wrong here. Nothing was changed; try again in a moment.",
    });
    return;
  }
  if (refusal.retryAfterSeconds !== undefined) {
    void reply.header("retry-after", String(refusal.retryAfterSeconds));
  }
  sendError(reply, statusOf(error, refusal.code), {
    code: refusal.code,
    message: refusal.message,
    ...(refusal.field === undefined ? {} : { field: refusal.field }),
  });
}

export function sendError(reply: FastifyReply, status: number, body: ErrorBody): void {
  void reply.code(status).type("application/json; charset=utf-8").send(JSON.stringify(body));
}

function statusOf(error: unknown, code: ErrorCode): number {
  return code === "malformed" ? (clientStatusOf(error) ?? 400) : statusOfCode[code];
}

/** The library's words for a request that it could not read; undefined for anything else. */
function refusalOfFastify(error: unknown): RefusedError | undefined {
  const status = clientStatusOf(error);
  if (status === undefined) return undefined;
  if (status === 413) return new RefusedError("too-large", "That is more than this takes at once.");
  if (status === 415) {
    return new RefusedError("malformed", "Send JSON, with the Content-Type application/json.");
  }
  return new RefusedError("malformed", "This is not a request that can be read.");
}

function clientStatusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("statusCode" in error)) return undefined;
  const status = Number(error.statusCode);
  return status >= 400 && status < 500 ? status : undefined;
}
