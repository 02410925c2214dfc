/** Somebody who takes pushes for a browser. */
export interface PushService {
  /** What the log calls it, and what shares one queue. */
  readonly name: string;
  /** Whoever runs this server named it: it may stand in their own network. */
  readonly isNamed: boolean;
}

const browsers: readonly { name: string; hosts: readonly string[] }[] = [
  { name: "Mozilla", hosts: ["updates.push.services.mozilla.com"] },
  // Chromium and most that are made of it.
  { name: "Google", hosts: ["fcm.googleapis.com", "jmt17.google.com"] },
  { name: "Apple", hosts: ["web.push.apple.com"] },
  // One name for each place where they have servers, such as wns2-par02p.
  { name: "Microsoft", hosts: ["*.notify.windows.com"] },
];

/**
 * The push service that an endpoint belongs to; null for any other address. Browsers are given an
 * endpoint by their maker and cannot choose, so whatever else a client names is an attempt to have
 * this server send something somewhere.
 *
 * @param named origins of further services, with their ports
 */
export function pushServiceOf(endpoint: string, named: readonly string[]): PushService | null {
  const url = URL.parse(endpoint);
  if (url === null || url.protocol !== "https:") return null;
  if (url.username !== "" || url.password !== "") return null;
  if (named.includes(url.origin)) return { name: url.host, isNamed: true };
  if (url.port !== "") return null;
  const known = browsers.find(({ hosts }) => hosts.some((host) => isOf(url.hostname, host)));
  return known === undefined ? null : { name: known.name, isNamed: false };
}

/** @param host `*` stands for one label of letters, digits and hyphens */
function isOf(hostname: string, host: string): boolean {
  if (!host.startsWith("*")) return hostname === host;
  const rest = host.slice(1);
  return hostname.endsWith(rest) && /^[a-z0-9-]+$/.test(hostname.slice(0, -rest.length));
}
