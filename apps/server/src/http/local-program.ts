import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isIPv4 } from "node:net";

/**
 * Whether a program of this machine asks, and asks us: not a reverse proxy on somebody's behalf, which
 * shows by what it adds, or by the name that it was asked for; nor a page whose host name was made to
 * lead to this machine. A proxy that does neither passes for this machine: decision 0029.
 */
export function isLocalProgram({ socket, headers }: IncomingMessage): boolean {
  if (!isLoopback(socket.remoteAddress ?? "")) return false;
  return !isForwarded(headers) && isLoopbackHost(headers.host ?? "");
}

/** Whether a proxy says that it handed the request on. */
export function isForwarded(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some(
    (name) => name.startsWith("x-forwarded") || forwardingHeaders.has(name),
  );
}

/** RFC 7239, RFC 9110 §7.6.3, and what proxies have used since before there were those. */
const forwardingHeaders = new Set([
  "forwarded",
  "via",
  "x-real-ip",
  "x-client-ip",
  "true-client-ip",
  "cf-connecting-ip",
]);

function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return name === "localhost" || name === "[::1]" || isLoopback(name);
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, "");
  return plain === "::1" || (isIPv4(plain) && plain.startsWith("127."));
}
