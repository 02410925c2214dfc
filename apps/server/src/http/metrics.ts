import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIPv4 } from "node:net";
import type { FastifyInstance } from "fastify";
import { RefusedError } from "../errors.ts";
import type { MetricSources } from "./metric-registry.ts";

export interface MetricsParts {
  /** METRICS_TOKEN. */
  readonly token: string | undefined;
  readonly sources: MetricSources;
}

/**
 * `/metrics`: figures for Prometheus, of which none says who. This machine may read them, and whoever
 * names the token; to everybody else there is nothing at this address.
 */
export function addMetricsRoute(fastify: FastifyInstance, { token, sources }: MetricsParts): void {
  let registry: ReturnType<typeof makeRegistry> | undefined;
  // Whoever is never asked does not need it in memory: some 20 MB.
  async function makeRegistry() {
    const { makeMetricRegistry } = await import("./metric-registry.ts");
    return makeMetricRegistry(sources);
  }
  fastify.get("/metrics", async ({ raw }, reply) => {
    if (!isTokenOf(raw, token) && !isFromThisMachine(raw)) {
      throw new RefusedError("not-found", "There is nothing at this address.");
    }
    const { contentType, metrics } = await (registry ??= makeRegistry());
    return reply.type(contentType).send(await metrics());
  });
}

/** RFC 6750 §2.1. */
function isTokenOf(request: IncomingMessage, token: string | undefined): boolean {
  const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined || given === undefined) return false;
  return timingSafeEqual(hashOf(given), hashOf(token));
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/**
 * Whether a program of this machine asks, and asks us: not a reverse proxy on somebody's behalf, which
 * shows by what it adds, or by the name that it was asked for; nor a page whose host name was made to
 * lead to this machine. A proxy that does neither passes for this machine: decision 0029.
 */
function isFromThisMachine({ socket, headers }: IncomingMessage): boolean {
  if (!isLoopback(socket.remoteAddress ?? "")) return false;
  const isForwarded = Object.keys(headers).some(
    (name) => name.startsWith("x-forwarded") || forwardingHeaders.has(name),
  );
  return !isForwarded && isLoopbackHost(headers.host ?? "");
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
