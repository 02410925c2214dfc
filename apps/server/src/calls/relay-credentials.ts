import type { RelayCredential } from "@ringfence/protocol";
import { type CredentialSubject, mintCredential } from "@ringfence/relay";
import type { CredentialWanted } from "../bus/carried-message.ts";
import type { ConnectedDevice } from "../signalling/connection.ts";
import { type RelayPlace, relayUrls } from "./relay-urls.ts";

/** How long after it was made a credential still opens an allocation. */
const credentialLifetimeMs = 600_000;

export interface RelayAddresses extends RelayPlace {
  secret: string;
}

/** What a device's browser is given to reach the relay, for its side of a call. */
export function relayCredential(
  { device, askedHost }: ConnectedDevice,
  { callId, party }: CredentialWanted,
  relay: RelayAddresses,
  now: number,
): RelayCredential {
  const expiresAt = now + credentialLifetimeMs;
  return credentialOfEnd({ callId, party, device, expiresAt }, askedHost, relay);
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
