import { type Endpoint, api } from "@ringfence/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type FoundLogin, type Login, findLogin, refusalOf } from "../accounts/logins.ts";
import { RefusedError } from "../errors.ts";
import type { Store } from "../store/store.ts";
import type { ApiRequest, Handlers } from "./api-handler.ts";
import { parseInput } from "./api-input.ts";
import { askedHostOf } from "./asked-host.ts";
import { loginCookie, loginTokenOf } from "./login-cookie.ts";
import { type OriginSettings, originsOf } from "./origin.ts";
import type { RateLimiter } from "./rate-limiter.ts";
import { createSourceNames, isFromThisMachine } from "./request-source.ts";
import type { SimulationSettings } from "./simulation-code.ts";

export interface ApiParts {
  readonly handlers: Handlers;
  readonly store: Store;
  readonly rateLimiter: RateLimiter;
  readonly settings: OriginSettings & SimulationSettings;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** Whoever is suspended may leave. */
const openToSuspended: ReadonlySet<string> = new Set(["signOut"]);

/** What is known of a request before its body is read. */
interface Asker {
  login: Login | null;
  source: string;
  isFromThisMachine: boolean;
}

/** A handler of which only the table knows what it takes and gives. */
type AnyHandler = (request: Record<keyof ApiRequest<Endpoint>, unknown>) => Promise<unknown>;

/** Serves every entry of the API's table. */
export function addApiRoutes(fastify: FastifyInstance, parts: ApiParts): void {
  const askers = new WeakMap<FastifyRequest, Asker>();
  const sourceOf = createSourceNames(parts.settings, parts.now);
  const loginOf = ({ raw }: FastifyRequest) =>
    findLogin(parts.store, loginTokenOf(raw, parts.settings), parts.now());

  async function admit(request: FastifyRequest, name: string, endpoint: Endpoint): Promise<void> {
    const source = sourceOf(request.raw);
    parts.rateLimiter.take("requestsPerSource", source);
    const found = await loginOf(request);
    const login = loginFor(name, found);
    if (login === null && endpoint.login === "required" && found.state !== "signed-in") {
      throw refusalOf(found);
    }
    if (login !== null) parts.rateLimiter.take("requestsPerAccount", login.account);
    const isLocal = isFromThisMachine(request.raw, parts.settings);
    askers.set(request, { login, source, isFromThisMachine: isLocal });
  }

  for (const [name, endpoint] of Object.entries<Endpoint>(api)) {
    // The type of `Handlers` holds each handler to its own entry; here they are all alike.
    const handler = parts.handlers[name as keyof Handlers] as unknown as AnyHandler;
    const obey = (request: FastifyRequest, input: object) =>
      handler(input as Parameters<AnyHandler>[0]).catch(async (error: unknown) => {
        // An account that is deleted meanwhile makes any handler stumble over what is not there.
        if (endpoint.login === "required" && !(error instanceof RefusedError)) {
          const found = await loginOf(request);
          if (found.state !== "signed-in") throw refusalOf(found);
        }
        throw error;
      });
    fastify.route({
      method: endpoint.method,
      url: endpoint.path,
      onRequest: (request) => admit(request, name, endpoint),
      handler: async (request, reply) => {
        const answer = await obey(request, {
          ...askers.get(request),
          params: parseInput(endpoint.params, request.params),
          query: parseInput(endpoint.query, request.query),
          body: parseInput(endpoint.body, request.body),
          askedHost: askedHostOf(request.raw),
          origins: originsOf(request.raw, parts.settings),
          userAgent: request.headers["user-agent"] ?? "",
          setLogin(token: string | null) {
            void reply.header("set-cookie", loginCookie(token, request.raw, parts.settings));
          },
        });
        if (endpoint.response === undefined) return reply.code(204).send();
        const body = JSON.stringify(endpoint.response.parse(answer));
        return reply.type("application/json; charset=utf-8").send(body);
      },
    });
  }
}

function loginFor(name: string, found: FoundLogin): Login | null {
  if (found.state === "signed-in") return found.login;
  return found.state === "suspended" && openToSuspended.has(name) ? found.login : null;
}
