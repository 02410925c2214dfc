import type { Call, CallDevice } from "@ringfence/call";
import type { RelayCredential } from "@ringfence/protocol";
import { mintCredential } from "@ringfence/relay";

/** How long after it was made a credential still opens an allocation. */
const credentialLifetimeMs = 600_000;

export interface RelayAddresses {
  secret: string;
  /** Named by the operator, or none: then the relay is where the web server is. */
  urls: readonly string[] | undefined;
  publicOrigin: string | undefined;
  port: number;
  hasTls: boolean;
}

/**
 * What a device's browser is given to reach the relay.
 *
 * @param askedHost the host name under which this device reached the web server
 */
export function relayCredential(
  call: Call,
  device: CallDevice,
  askedHost: string,
  relay: RelayAddresses,
  now: number,
): RelayCredential {
  const { username, password } = mintCredential({
    secret: relay.secret,
    callId: call.callId,
    party: device.accountId === call.caller.accountId ? "a" : "b",
    device: device.deviceId,
    expiresAt: now + credentialLifetimeMs,
  });
  return { urls: relayUrls(askedHost, relay), username, credential: password };
}

function relayUrls(askedHost: string, relay: RelayAddresses): string[] {
  if (relay.urls !== undefined) return [...relay.urls];
  const name = relay.publicOrigin === undefined ? askedHost : new URL(relay.publicOrigin).hostname;
  // A browser may resolve this name to the one loopback address that the relay does not have.
  const host = name === "localhost" ? "127.0.0.1" : name;
  const at = `${host}:${relay.port}`;
  const urls = [`turn:${at}?transport=udp`, `turn:${at}?transport=tcp`];
  if (relay.hasTls) urls.push(`turns:${at}?transport=tcp`);
  return urls;
}
