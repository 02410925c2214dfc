import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import { type ProxySettings, saidByProxy } from "./trusted-proxy.ts";

export interface OriginSettings extends ProxySettings {
  /** The origin that browsers see; undefined where the operator named none. */
  readonly publicOrigin: string | undefined;
}

/**
 * Whether a change, or a WebSocket, is asked for by a page of this server. A browser adds the
 * cookie to what any page sends; it also says which page that was, and a page cannot lie about it.
 */
export function isOriginAllowed(request: IncomingMessage, settings: OriginSettings): boolean {
  const { origin } = request.headers;
  // RFC 6454 §7.3 lets a browser leave it out; Fetch's own word is then as good.
  if (origin === undefined) return request.headers["sec-fetch-site"] === "same-origin";
  return originsOf(request, settings).includes(origin);
}

/** The origins that pages of this server may have, as far as a request tells; none without a host. */
export function originsOf(request: IncomingMessage, settings: OriginSettings): string[] {
  if (settings.publicOrigin !== undefined) return [settings.publicOrigin];
  const host = request.headers.host?.toLowerCase();
  if (host === undefined) return [];
  // Where a proxy that we know nothing of speaks TLS for us, only the host can be compared.
  return isTls(request) ? [`https://${host}`] : [`https://${host}`, `http://${host}`];
}

/** Whether the browser speaks TLS, to this server or to the proxy before it. */
export function isSecure(request: IncomingMessage, settings: OriginSettings): boolean {
  if (isTls(request) || settings.publicOrigin?.startsWith("https:") === true) return true;
  return saidByProxy(request, "x-forwarded-proto", settings) === "https";
}

function isTls(request: IncomingMessage): boolean {
  return request.socket instanceof TLSSocket;
}
