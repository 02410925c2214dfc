import { createHmac, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIPv4, isIPv6 } from "node:net";
import { isLoopback } from "../loopback.ts";
import { serverLimits } from "../limits.ts";
import type { OriginSettings } from "./origin.ts";
import { type SimulationSettings, simulatedPersonOf } from "./simulation-code.ts";
import { type ProxySettings, saidByProxy } from "./trusted-proxy.ts";

/**
 * Names the network that a request comes from by a hash that only this process can make, so that
 * rates can be kept by source without an address being kept anywhere. The key is in memory alone
 * and turns: of a name from before, nobody can tell any more which network it was. People who are
 * simulated with the operator's consent all come from one address, and each counts as a network.
 *
 * @param now milliseconds; only differences count
 */
export function createSourceNames(
  settings: ProxySettings & SimulationSettings,
  now: () => number,
): (request: IncomingMessage) => string {
  let key = randomBytes(sourceKeyBytes);
  let turnedAt = now();
  return (request) => {
    if (now() - turnedAt >= serverLimits.sourceKeyLifetimeMs) {
      key = randomBytes(sourceKeyBytes);
      turnedAt = now();
    }
    const person = simulatedPersonOf(request, settings);
    const forwarded = saidByProxy(request, "x-forwarded-for", settings);
    const address = forwarded ?? request.socket.remoteAddress ?? "";
    const network = person === undefined ? networkOf(address) : `simulated ${person}`;
    return createHmac("sha256", key).update(network).digest("base64url").slice(0, 22);
  };
}

/**
 * Whether a browser on this machine asks, by a name that only this machine has. Whatever a reverse
 * proxy hands on comes from elsewhere: it runs on this machine too, and rewrites the name.
 */
export function isFromThisMachine(request: IncomingMessage, settings: OriginSettings): boolean {
  const { headers, socket } = request;
  const isHandedOn = proxyHeaders.some((name) => name in headers);
  const isDirect = settings.trustProxy === false && !isHandedOn;
  if (!isDirect || !isLoopback(socket.remoteAddress ?? "")) return false;
  const asked = URL.parse(settings.publicOrigin ?? `http://${headers.host ?? ""}`);
  return asked !== null && isLoopback(asked.hostname);
}

const sourceKeyBytes = 32;
const proxyHeaders = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/** One host has one IPv4 address, and with IPv6 usually a /64 to choose from. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (isIPv4(plain) || !isIPv6(plain)) return plain;
  const [head = "", tail] = (plain.split("%")[0] ?? "").split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const behind = tail === "" ? 0 : tail.split(":").length;
    while (groups.length + behind < 8) groups.push("0");
  }
  const normal = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${normal.join(":")}::/64`;
}
