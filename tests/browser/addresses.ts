import { isIPv6 } from "node:net";

const unspecified: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);
/** Of a documentation range; the relay gives them out and nobody has them. */
const virtualAddress = /^192\.0\.2\.\d+$/;

/**
 * What a device's WebSocket said of where anybody is: addresses that are not the relay's virtual ones,
 * and candidates that are not relayed. Where the relay itself is the server may say.
 */
export function whereaboutsIn(frames: readonly string[]): string[] {
  return frames
    .map(withoutRelay)
    .flatMap((text) => [
      ...addressesIn(text).filter((it) => !unspecified.has(it) && !virtualAddress.test(it)),
      ...(text.match(/typ (?:host|srflx|prflx)|[\w-]+\.local/g) ?? []),
    ]);
}

/** The virtual addresses that were said, so that silence does not pass for discretion. */
export function virtualAddressesIn(frames: readonly string[]): string[] {
  return addressesIn(frames.map(withoutRelay).join("\n")).filter((it) => virtualAddress.test(it));
}

function withoutRelay(frame: string): string {
  return JSON.stringify(
    JSON.parse(frame, (key, value: unknown) => (key === "relay" ? undefined : value)),
  );
}

/** Every IP address that stands in a text: those of IPv4, then those of IPv6. */
function addressesIn(text: string): string[] {
  const ofIpv4 = text.match(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g) ?? [];
  return [...ofIpv4, ...text.split(/[^\da-f:.]+/i).filter(isIPv6)];
}
