import type { Server } from "node:http";
import { limits } from "@ringfence/protocol";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { RefusedError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { type ApiParts, addApiRoutes } from "./api-routes.ts";
import { type DoctorRouteParts, addDoctorRoute } from "./doctor-route.ts";
import { answerError } from "./error-answer.ts";
import { type ReadinessCheck, addHealthRoutes } from "./health.ts";
import { type MetricsParts, addMetricsRoute } from "./metrics.ts";
import { makeOpenApi } from "./openapi.ts";
import { isOriginAllowed } from "./origin.ts";
import { securityHeaders } from "./security-headers.ts";
import { addSimulationRoute } from "./simulation-route.ts";
import { addWebApp } from "./web-app.ts";
import { readWebBuild } from "./web-build.ts";

/** Longer than any handle, so that a long one is told that it is too long. */
const parameterCharactersMax = 1_000;

export interface HttpParts extends ApiParts {
  readonly logger: Logger;
  readonly readinessChecks: readonly ReadinessCheck[];
  readonly metrics: MetricsParts;
  readonly doctor: DoctorRouteParts;
  /** The built web app. */
  readonly webDirectory: string;
}

/**
 * Answers the requests of a server that somebody else feeds with connections: the API by its
 * table, the OpenAPI document, health, and the web app for everything else.
 */
export async function createHttpServer(server: Server, parts: HttpParts): Promise<AsyncDisposable> {
  const { logger, settings } = parts;
  const app = fastify({
    serverFactory: (handler) => server.on("request", handler),
    bodyLimit: limits.bodyBytesMax,
    routerOptions: { maxParamLength: parameterCharactersMax },
    // An address that cannot be read never gets as far as the hooks.
    frameworkErrors(error, request, reply) {
      addHeaders(request, reply);
      answerError(error, request, reply, logger);
    },
  });

  function addHeaders(request: FastifyRequest, reply: FastifyReply): void {
    void reply.headers(securityHeaders(request.raw, settings));
    // What is not said to be kept is not: files of the web app say so.
    void reply.header("cache-control", "no-store");
  }

  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, logger));
  app.addHook("onRequest", async (request, reply) => {
    addHeaders(request, reply);
    const isChange = request.method !== "GET" && request.method !== "HEAD";
    if (isChange && !isOriginAllowed(request.raw, settings)) {
      throw new RefusedError(
        "origin-refused",
        "This was not asked for by a page of this server, so nothing was done. Whoever runs it may have to set PUBLIC_ORIGIN.",
      );
    }
  });
  readJsonOnly(app);

  addApiRoutes(app, parts);
  const webBuild = readWebBuild(parts.webDirectory);
  addHealthRoutes(app, parts.readinessChecks, webBuild?.name ?? null);
  addMetricsRoute(app, parts.metrics);
  addDoctorRoute(app, parts.doctor, settings);
  addSimulationRoute(app, parts);
  const openApi = JSON.stringify(makeOpenApi());
  app.get("/openapi.json", (_, reply) => reply.type("application/json").send(openApi));
  await addWebApp(app, parts.webDirectory, webBuild);
  await app.ready();
  return { [Symbol.asyncDispose]: () => app.close() };
}

/** A body is JSON or nothing. A form of another page can send neither without being asked first. */
function readJsonOnly(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, text, done) => {
    if (text === "") done(null);
    else void parseJson(request, String(text), done);
  });
}
