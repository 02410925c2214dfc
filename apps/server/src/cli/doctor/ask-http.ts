import { type IncomingHttpHeaders, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { doctorLimits } from "./doctor-limits.ts";

/** What came of a request. Certificates are judged elsewhere, and not here. */
export type HttpOutcome =
  | {
      readonly outcome: "answered";
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: string;
      readonly tookMs: number;
    }
  /** `code` is the system's, such as ECONNREFUSED; ETIMEDOUT also where nothing came in time. */
  | { readonly outcome: "failed"; readonly code: string };

export async function askHttp(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<HttpOutcome> {
  const ended = Promise.withResolvers<HttpOutcome>();
  const askedAtMs = performance.now();
  const request = url.startsWith("https:") ? requestHttps : requestHttp;
  const fail = (error: NodeJS.ErrnoException) =>
    ended.resolve({ outcome: "failed", code: error.code ?? error.message });
  const asked = request(url, {
    headers,
    agent: false,
    rejectUnauthorized: false,
    signal: AbortSignal.timeout(doctorLimits.answerTimeoutMs),
  });
  asked.on("error", (error) => {
    fail(error.name === "TimeoutError" || error.name === "AbortError" ? timedOut : error);
  });
  asked.on("response", (response) => {
    let body = "";
    response.setEncoding("utf8").on("data", (text: string) => {
      if (body.length < doctorLimits.bodyCharactersMax) body += text;
    });
    response.on("error", fail);
    response.on("end", () =>
      ended.resolve({
        outcome: "answered",
        status: response.statusCode ?? 0,
        headers: response.headers,
        body,
        tookMs: performance.now() - askedAtMs,
      }),
    );
  });
  asked.end();
  return ended.promise;
}

const timedOut = Object.assign(new Error(), { code: "ETIMEDOUT" });
