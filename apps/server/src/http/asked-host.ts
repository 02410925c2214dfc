import type { IncomingMessage } from "node:http";

/** The name before the port in the Host header, as the browser wrote it. */
export function askedHostOf(request: IncomingMessage): string {
  return URL.parse(`http://${request.headers.host ?? "localhost"}`)?.hostname ?? "localhost";
}
