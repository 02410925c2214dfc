import { plainHostname } from "./plain-hostname.ts";

/** Whether a host name or an address is this machine's own, whoever says it. */
export function isLoopback(host: string): boolean {
  const plain = plainHostname(host).replace(/^::ffff:/i, "");
  return plain === "localhost" || plain === "::1" || /^127\.\d+\.\d+\.\d+$/.test(plain);
}
