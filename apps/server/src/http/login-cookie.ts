import type { IncomingMessage } from "node:http";
import { loginCookieName } from "../accounts/logins.ts";
import { serverLimits } from "../limits.ts";
import { type OriginSettings, isSecure } from "./origin.ts";

/**
 * The `Set-Cookie` header of a login; with null, the one that takes it away.
 * `Lax` and not `Strict`, so that a link from elsewhere opens the app signed in (RFC 6265bis §5.6.7).
 */
export function loginCookie(
  token: string | null,
  request: IncomingMessage,
  settings: OriginSettings,
): string {
  const maxAgeSeconds = token === null ? 0 : serverLimits.loginLifetimeMs / 1_000;
  const secure = isSecure(request, settings) ? "; Secure" : "";
  return `${loginCookieName}=${token ?? ""}; Max-Age=${maxAgeSeconds}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}
