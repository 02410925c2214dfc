import type { z } from "zod";
import { Base64url } from "./base64url.ts";
import type { AccountId, DeviceId } from "./id.ts";
import { limits } from "./limits.ts";

/** A device's public Ed25519 key. */
export const IdentityKey = Base64url.length(limits.identityKeyCharacters);
export type IdentityKey = z.infer<typeof IdentityKey>;

/**
 * What a device signs so that the server takes a key for its own: whoever knows only the account's
 * password could say another device's key otherwise. It begins as no statement or transcript does.
 *
 * @returns ASCII
 */
export function identityKeyProof(account: AccountId, device: DeviceId): string {
  return `ringfence identity key 1: ${account} ${device}`;
}
