import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { RelayError } from "../errors.ts";

/** Whether a host stands for every address of this machine, now and later. */
export function isWildcard(host: string): boolean {
  return host === "::" || host === "0.0.0.0";
}

/**
 * The addresses of this machine that a host names, one UDP socket each, so that an answer leaves
 * from the address that was asked. Nothing is resolved: the relay asks no name server anything.
 *
 * @throws RelayError `relay-config-refused` for a name other than `localhost`
 */
export function localAddresses(host: string): string[] {
  if (host === "localhost")
    return interfaceAddresses().filter((it) => /^(127\.0\.0\.1|::1)$/.test(it));
  if (isIP(host) === 0) {
    throw new RelayError(
      "relay-config-refused",
      "The relay's host must be an address, localhost, or :: for every address of this machine.",
    );
  }
  if (host === "::") return interfaceAddresses();
  if (host === "0.0.0.0") return interfaceAddresses().filter((address) => isIP(address) === 4);
  return [host];
}

function interfaceAddresses(): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((ofOne) => ofOne ?? [])
    .map(({ address }) => address)
    .filter((address) => !isLinkLocal(address));
  // Two interfaces may have the same one, which can be bound once.
  return [...new Set(addresses)];
}

/** fe80::/10 says nothing without its interface, and no client is given it as a relay. */
function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address);
}
