import { z } from "zod";
import { shellLimits } from "../limits.ts";
import { parseIpAddress } from "../stun/ip-address.ts";

/** As Node writes it: also an IPv4 address mapped into IPv6, or one with a zone. */
const Address = z.string().refine((text) => parseIpAddress(text) !== undefined);

/**
 * What the application says about a TCP client before it hands over the client's bytes: a length of
 * two bytes, then this as JSON.
 */
export const BridgePreamble = z.object({
  remoteAddress: Address,
  remotePort: z.int().min(1).max(65_535),
  localAddress: Address,
  localPort: z.int().min(1).max(65_535),
});
export type BridgePreamble = z.infer<typeof BridgePreamble>;

export function encodePreamble(preamble: BridgePreamble): Buffer {
  const json = Buffer.from(JSON.stringify(preamble));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(json.length);
  return Buffer.concat([length, json]);
}

/** What the first bytes of a bridged connection turned out to be. */
export type PreambleRead =
  | { readonly outcome: "whole"; readonly preamble: BridgePreamble; readonly rest: Buffer }
  | { readonly outcome: "incomplete" }
  | { readonly outcome: "malformed" };

export function readPreamble(bytes: Buffer): PreambleRead {
  if (bytes.length < 2) return { outcome: "incomplete" };
  const end = 2 + bytes.readUInt16BE();
  if (end > shellLimits.bridgePreambleBytesMax) return { outcome: "malformed" };
  if (bytes.length < end) return { outcome: "incomplete" };
  const preamble = BridgePreamble.safeParse(parseJson(bytes.toString("utf8", 2, end)));
  if (!preamble.success) return { outcome: "malformed" };
  return { outcome: "whole", preamble: preamble.data, rest: bytes.subarray(end) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
