import type { Endpoint, api } from "@ringfence/protocol";
import type { z } from "zod";
import type { Login } from "../accounts/logins.ts";

type Api = typeof api;

/** One handler for each entry of the API's table. They are contributed from several folders. */
export type Handlers = { readonly [Name in keyof Api]: Handler<Api[Name]> };

/** Answers a request whose every part is already what its schema says. */
export type Handler<E extends Endpoint> = (request: ApiRequest<E>) => Promise<Answer<E>>;

export interface ApiRequest<E extends Endpoint> {
  /** Who asks. Null only where the endpoint needs no login and nobody is signed in. */
  readonly login: E["login"] extends "required" ? Login : Login | null;
  readonly params: Part<E, "params">;
  readonly query: Part<E, "query">;
  readonly body: Part<E, "body">;
  /** A keyed hash of the network address that the request came from. Never kept, never logged. */
  readonly source: string;
  /** Whether the browser runs on this machine and knows it by a name of its own. */
  readonly isFromThisMachine: boolean;
  /** The host name under which the browser reached this server. */
  readonly askedHost: string;
  /** Those that pages of this server may have, as far as this request tells. */
  readonly origins: readonly string[];
  /** The browser's word for itself. */
  readonly userAgent: string;
  /** Sets the login cookie on the answer; null takes it away. */
  readonly setLogin: (token: string | null) => void;
}

/** Undefined where the endpoint has no such part. */
type Part<E extends Endpoint, Name extends "params" | "query" | "body"> =
  E extends Record<Name, infer Schema extends z.ZodType> ? z.output<Schema> : undefined;

/** Nothing where the answer is a 204. */
type Answer<E extends Endpoint> = E extends { response: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : void;
