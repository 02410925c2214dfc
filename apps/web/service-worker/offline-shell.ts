import { serviceWorkerLimits } from "./limits.ts";

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build: the page and everything that it loads, by path. */
declare const shellFiles: readonly string[];
/** Another one for each build that differs. */
declare const shellVersion: string;

const cachePrefix = "ringfence-";

/** Keeps this build's page. */
export async function keepShell(): Promise<void> {
  const cache = await caches.open(cachePrefix + shellVersion);
  // Past the browser's own cache, where an older page may stand.
  await cache.addAll(shellFiles.map((path) => new Request(path, { cache: "reload" })));
}

export async function dropOldShells(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(cachePrefix));
  const old = names.filter((name) => name !== cachePrefix + shellVersion);
  await Promise.all(
    old.slice(0, -(serviceWorkerLimits.cachesKept - 1)).map((name) => caches.delete(name)),
  );
}

/**
 * What the worker answers in the server's place: a page where the server cannot be reached, and
 * files whose name says what is in them. Null, and so the browser's own way, for everything else:
 * no answer of the API ever passes here.
 */
export function answerInstead(request: Request): Promise<Response> | null {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return null;
  if (request.mode === "navigate") return openPage(request);
  return pathname.startsWith("/assets/") ? readAsset(request) : null;
}

async function openPage(request: Request): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(serviceWorkerLimits.answerTimeoutMs);
    const answer = await fetch(request, { signal });
    // A proxy's own page for a server that is down.
    return answer.status < 502 || answer.status > 504 ? answer : ((await keptPage()) ?? answer);
  } catch {
    return (await keptPage()) ?? Response.error();
  }
}

function keptPage(): Promise<Response | undefined> {
  return caches.match("/");
}

async function readAsset(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}
