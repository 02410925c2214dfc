import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { doctorPath } from "./doctor-route.ts";

/** What tells nothing that a stranger must not read, and what whoever runs the server needs now. */
const pathsInTheClear: ReadonlySet<string> = new Set(["/healthz", "/readyz", doctorPath]);

const tryAgainSeconds = 5;

const style = `
  :root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif; }
  body { max-width: 32rem; margin: 20vh auto 0; padding: 0 1.5rem; }
  h1 { font-size: 1.5rem; line-height: 1.25; }
  p { margin: 0.75rem 0 0; }
  small { font-size: 0.9375rem; }
`;

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${tryAgainSeconds}">
<title>Ringfence is getting its certificate</title>
<style>${style}</style>
<main>
<h1>This server is getting its certificate</h1>
<p>It needs one so that nobody can listen to what you do here. That takes a few seconds as a rule,
and this page then goes on by itself. You can stay here or come back later.</p>
<p><small>It takes longer? Whoever runs the server finds the reason in its log.</small></p>
</main>
</html>
`;

const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; frame-ancestors 'none'`;

/** Whether a request is answered although nothing protects it. */
export function answersInTheClear({ url = "" }: IncomingMessage): boolean {
  return pathsInTheClear.has(url.replace(/\?.*$/, ""));
}

/** For people who come before the first certificate is there. No page of the app is shown to them. */
export function sayThatCertificateIsMissing(response: ServerResponse): void {
  response.writeHead(503, {
    connection: "close",
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
    "cache-control": "no-store",
    "retry-after": String(tryAgainSeconds),
    "x-content-type-options": "nosniff",
  });
  response.end(page);
}
