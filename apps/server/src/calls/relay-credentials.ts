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

/** A device's side of a call, and where the relay of the call is, if that is not the web server's place. */
export interface RelayedSide extends Pick<CredentialWanted, "callId" | "party"> {
  urls: readonly string[];
}

/** What a device's browser is given to reach the relay, for its side of a call. */
export function relayCredential(
  { device, askedHost }: ConnectedDevice,
  { callId, party, urls }: RelayedSide,
  relay: RelayAddresses,
  now: number,
): RelayCredential {
  const expiresAt = now + credentialLifetimeMs;
  return credentialOfEnd({ callId, party, device, expiresAt }, { askedHost, urls }, relay);
}

/** The same for one end of a call that has no two accounts. */
export function credentialOfEnd(
  end: Omit<CredentialSubject, "secret">,
  { askedHost, urls }: { askedHost: string; urls: readonly string[] },
  relay: RelayAddresses,
): RelayCredential {
  const { username, password } = mintCredential({ ...end, secret: relay.secret });
  const found = urls.length > 0 ? [...urls] : relayUrls(askedHost, relay);
  return { urls: found, username, credential: password };
}
