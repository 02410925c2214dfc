import { z } from "zod";
import { Device } from "./account.ts";
import { Base64url } from "./base64url.ts";
import { IdentityKey } from "./identity-key.ts";
import { limits } from "./limits.ts";
import { DeviceChain } from "./signed-description.ts";

/**
 * What a device signs beforehand so that another one can link it in one step: the statement that the
 * device `by` would make of it at the head of the chain.
 */
export const LinkSignature = z.object({
  by: IdentityKey,
  signature: Base64url.max(limits.signatureCharactersMax),
});
export type LinkSignature = z.infer<typeof LinkSignature>;

/** An account's devices, as the server has them. Which are linked only the chain says. */
export const OwnDevices = z.object({
  /** How often a chain was begun: 0 is never. */
  generation: z.number().int().nonnegative(),
  chain: DeviceChain,
  /** Whether this device may begin a new one: no device that is signed in is linked. */
  mayBegin: z.boolean(),
  devices: z.array(
    Device.extend({
      /** Of one that asks to be linked; empty otherwise. */
      linkSignatures: z.array(LinkSignature).max(limits.linkedDevicesMax),
    }),
  ),
});
export type OwnDevices = z.infer<typeof OwnDevices>;
