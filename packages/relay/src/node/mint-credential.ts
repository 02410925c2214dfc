import { type Party, relayPassword } from "../turn/credential.ts";
import { nodeCrypto } from "./node-crypto.ts";

/** What a credential is for: one device of one party of one call, for a time. */
export interface CredentialSubject {
  /** RELAY_SECRET. */
  readonly secret: string;
  /** Ids are 1 to 64 characters of `A-Z a-z 0-9 _ . -`. */
  readonly callId: string;
  readonly party: Party;
  readonly device: string;
  /** Unix time in milliseconds; kept in seconds. More than 15 minutes ahead is refused. */
  readonly expiresAt: number;
}

/** What a browser is given as `username` and `credential` of an `RTCIceServer`. */
export interface RelayCredential {
  readonly username: string;
  readonly password: string;
}

/** Makes the credential that the relay will check at Allocate. */
export function mintCredential(subject: CredentialSubject): RelayCredential {
  const { callId, party, device } = subject;
  const username = `${Math.floor(subject.expiresAt / 1_000)}:${callId}:${party}:${device}`;
  return { username, password: relayPassword(nodeCrypto, Buffer.from(subject.secret), username) };
}
