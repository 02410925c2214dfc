import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import { RefusedError } from "../errors.ts";
import { isLocalProgram } from "./local-program.ts";
import type { MetricSources } from "./metric-list.ts";

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
    if (!isTokenOf(raw, token) && !isLocalProgram(raw)) {
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
