import { api, ErrorBody, type Endpoint } from "@ringfence/protocol";
import { ApiError, isShutOut, type WhyShutOut } from "./errors.ts";
import { clientLimits } from "./limits.ts";

type Api = typeof api;
export type EndpointName = keyof Api;

type InputOf<T> = T extends { _input: infer I } ? I : never;
type OutputOf<T> = T extends { _output: infer O } ? O : never;
type Part<N extends EndpointName, P extends "params" | "query" | "body"> =
  Api[N] extends Record<P, infer Schema> ? { [Key in P]: InputOf<Schema> } : unknown;

/** What an endpoint takes: its path's parameters, its query and its body, where it has them. */
export type ApiInput<N extends EndpointName> = Part<N, "params"> &
  Part<N, "query"> &
  Part<N, "body">;
export type ApiOutput<N extends EndpointName> = Api[N] extends { response: infer Schema }
  ? OutputOf<Schema>
  : undefined;

export interface ApiEnvironment {
  origin: string;
  fetch: typeof globalThis.fetch;
}

/** The HTTP API of `protocol`, typed by its table. */
export class ApiClient {
  readonly #environment: ApiEnvironment;
  /** Called when this device's login opens nothing now, or never again. */
  onShutOut: (why: WhyShutOut) => void = () => {};

  constructor(environment: ApiEnvironment) {
    this.#environment = environment;
  }

  /** @throws {ApiError} a refusal by the server, or `unreachable` */
  async request<N extends EndpointName>(
    name: N,
    input: ApiInput<N> & RequestParts,
  ): Promise<ApiOutput<N>> {
    const endpoint: Endpoint = api[name];
    const response = await this.#fetch(endpoint, input);
    if (!response.ok) {
      const error = await readError(response);
      if (isShutOut(error.code) && endpoint.login === "required") this.onShutOut(error.code);
      throw error;
    }
    if (endpoint.response === undefined) return undefined as ApiOutput<N>;
    const parsed = endpoint.response.safeParse(await readJson(response));
    if (parsed.success) return parsed.data as ApiOutput<N>;
    throw new ApiError(
      response.status,
      { code: "internal", message: "The server answered in words that this page does not know." },
      parsed.error,
    );
  }

  async #fetch(endpoint: Endpoint, input: RequestParts): Promise<Response> {
    const { origin, fetch } = this.#environment;
    const { body } = input;
    try {
      return await fetch(origin + pathOf(endpoint.path, input), {
        method: endpoint.method,
        credentials: "same-origin",
        signal: AbortSignal.timeout(clientLimits.requestTimeoutMs),
        ...(body !== undefined && {
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        }),
      });
    } catch (cause) {
      throw unreachable(cause);
    }
  }
}

interface RequestParts {
  params?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string | undefined>>;
  body?: unknown;
}

/** The path of an endpoint with its parameters put in. */
export function pathOf(template: string, { params = {}, query = {} }: RequestParts): string {
  const path = template
    .split("/")
    .map((part) => (part.startsWith(":") ? encodeURIComponent(params[part.slice(1)] ?? "") : part))
    .join("/");
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, value);
  }
  return search.size === 0 ? path : `${path}?${search}`;
}

function unreachable(cause?: unknown): ApiError {
  return new ApiError(
    0,
    {
      code: "unreachable",
      message: "The server did not answer. Check your connection, then try again.",
    },
    cause,
  );
}

async function readError(response: Response): Promise<ApiError> {
  const parsed = ErrorBody.safeParse(await readJson(response).catch(() => null));
  if (parsed.success) return new ApiError(response.status, parsed.data);
  // Not the server's own words: a proxy in front of it, most likely.
  return new ApiError(response.status, {
    code: "unavailable",
    message: "The server is not ready. Try again in a moment.",
  });
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw unreachable(cause);
  }
}
