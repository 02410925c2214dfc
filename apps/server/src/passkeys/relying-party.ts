import { RefusedError } from "../errors.ts";
import type { RelyingParty } from "./verify-passkey.ts";

/**
 * Whom passkeys are made for: the host of PUBLIC_ORIGIN, or else the one that the browser asked.
 *
 * @param origins those of this server's pages, as a request tells them
 */
export function relyingPartyOf(origins: readonly string[]): RelyingParty {
  const [origin] = origins;
  if (origin === undefined) throw new RefusedError("malformed", "This request names no host.");
  return { id: new URL(origin).hostname, origins };
}
