import type { ErrorCode } from "@ringfence/protocol";
import type { CallEnd } from "./calls-snapshot.ts";

/** Why a call is over whose invite or accept the server refused. */
export function refusedEnd(code: ErrorCode): CallEnd {
  if (code === "already-in-call" || code === "too-many-requests") return code;
  if (code === "rate-limited") return "too-many-people";
  // As an end of its own: `unavailable` is the answer to an invite that may not ring.
  return code === "unavailable" ? "server-unavailable" : "refused";
}
