import type { Allocation } from "./allocation.ts";
import { type Exchange, refuse, succeed } from "./exchange.ts";
import { parsePeers } from "./peer-address.ts";

/**
 * Answers a CreatePermission: RFC 8656 §9.2.
 *
 * A permission is checked and not kept. Before the join nothing passes, whatever was permitted;
 * after it the two parties, which are the only addresses there are, reach each other without one.
 * So there is nothing that would ask for a permission, and nothing in which one could expire.
 */
export function createPermission(exchange: Exchange, allocation: Allocation): Uint8Array {
  const peers = parsePeers(exchange.message, allocation);
  if (peers.length === 0) return refuse(exchange, 400);
  // RFC 8656 §9.2: one address that is refused refuses them all.
  for (const peer of peers) if (peer.outcome === "refused") return refuse(exchange, peer.code);
  return succeed(exchange);
}
