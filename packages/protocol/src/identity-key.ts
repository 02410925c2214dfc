import type { z } from "zod";
import { Base64url } from "./base64url.ts";
import { limits } from "./limits.ts";

/** A device's public Ed25519 key. */
export const IdentityKey = Base64url.length(limits.identityKeyCharacters);
export type IdentityKey = z.infer<typeof IdentityKey>;
