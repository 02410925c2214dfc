import type { IncomingMessage } from "node:http";
import { serverLimits } from "../limits.ts";
import { type OriginSettings, isSecure } from "./origin.ts";

/**
 * What the login's cookie is called. Over TLS a browser takes a name in `__Host-` from this host
 * alone, and only over TLS (RFC 6265bis §4.1.3.2): no sister site can plant a login here.
 */
export function loginCookieName(isOverTls: boolean): string {
  return isOverTls ? "__Host-ringfence-login" : "ringfence-login";
}

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
  const isOverTls = isSecure(request, settings);
  const secure = isOverTls ? "; Secure" : "";
  return `${loginCookieName(isOverTls)}=${token ?? ""}; Max-Age=${maxAgeSeconds}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}

/**
 * The token that a request's cookie holds. Over TLS the name without `__Host-` is nobody's.
 * RFC 6265 §4.2.1: `name=value` pairs, with "; " between them. A token needs no quoting.
 */
export function loginTokenOf(
  request: IncomingMessage,
  settings: OriginSettings,
): string | undefined {
  const start = `${loginCookieName(isSecure(request, settings))}=`;
  const pairs = request.headers.cookie?.split("; ") ?? [];
  return pairs.find((each) => each.startsWith(start))?.slice(start.length);
}
