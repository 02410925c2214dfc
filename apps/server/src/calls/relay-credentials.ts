import type { Call, CallDevice } from "@ringfence/call";
import type { RelayCredential } from "@ringfence/protocol";
import { type CredentialSubject, mintCredential } from "@ringfence/relay";
import { type RelayPlace, relayUrls } from "./relay-urls.ts";

/** How long after it was made a credential still opens an allocation. */
const credentialLifetimeMs = 600_000;

export interface RelayAddresses extends RelayPlace {
  secret: string;
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
  const end = {
    callId: call.callId,
    party: device.accountId === call.caller.accountId ? "a" : "b",
    device: device.deviceId,
    expiresAt: now + credentialLifetimeMs,
  } as const;
  return credentialOfEnd(end, askedHost, relay);
}

/** The same for one end of a call that has no two accounts. */
export function credentialOfEnd(
  end: Omit<CredentialSubject, "secret">,
  askedHost: string,
  relay: RelayAddresses,
): RelayCredential {
  const { username, password } = mintCredential({ ...end, secret: relay.secret });
  return { urls: relayUrls(askedHost, relay), username, credential: password };
}
