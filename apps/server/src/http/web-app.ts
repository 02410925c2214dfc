import { existsSync } from "node:fs";
import { join } from "node:path";
import { fastifyStatic } from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sendError } from "./error-answer.ts";
import type { WebBuild } from "./web-build.ts";

const assetMaxAgeSeconds = 365 * 24 * 60 * 60;

/**
 * Serves the built web app: its files, and its one page for every address that the page itself
 * routes. A file under `assets/` has a hash of its content in its name and never changes. Beside them
 * stands the list of all of them, by which anybody can compare what they were given.
 *
 * @param directory where the build put it; it need not be there yet
 */
export async function addWebApp(
  fastify: FastifyInstance,
  directory: string,
  build: WebBuild | null,
): Promise<void> {
  if (build !== null) {
    fastify.get("/files.sha256", (_, reply) =>
      reply.type("text/plain; charset=utf-8").send(build.list),
    );
  }
  await fastify.register(fastifyStatic, {
    root: directory,
    suppressWarning: true,
    cacheControl: false,
    // The build puts every larger file beside itself, compressed.
    preCompressed: true,
    setHeaders(reply, path) {
      const isHashed = path.startsWith(join(directory, "assets"));
      void reply.header(
        "cache-control",
        isHashed ? `public, max-age=${assetMaxAgeSeconds}, immutable` : "no-cache",
      );
    },
  });
  fastify.setNotFoundHandler((request, reply) => answerNotFound(request, reply, directory));
}

function answerNotFound(request: FastifyRequest, reply: FastifyReply, directory: string) {
  const path = request.url.split(/[?#]/, 1)[0] ?? "/";
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!isRead || /^\/api(\/|$)/.test(path) || !isPage(path)) {
    sendError(reply, 404, {
      code: "not-found",
      message: "There is nothing at this address.",
    });
    return reply;
  }
  if (existsSync(join(directory, "index.html"))) return reply.code(200).sendFile("index.html");
  return reply
    .code(503)
    .header("cache-control", "no-store")
    .type("text/plain; charset=utf-8")
    .send("The web app is not built yet. Start the server with `npm start`, which builds it.\n");
}

/** A file has a dot in its name; a page of the app, and a handle, has none. */
function isPage(path: string): boolean {
  const last = path.slice(path.lastIndexOf("/") + 1);
  return !last.includes(".");
}
