import { z } from "zod";
import { Base64url } from "./base64url.ts";
import { Description } from "./description.ts";
import { limits } from "./limits.ts";

/**
 * A description as it travels between the two ends of a call, with what its device signed of it. The
 * server looks at the description, by its list of what is allowed, and at nothing else.
 */
export const SignedDescription = z.object({
  description: Description,
  transcript: Base64url.max(limits.transcriptCharactersMax),
  signature: Base64url.max(limits.signatureCharactersMax),
});
export type SignedDescription = z.infer<typeof SignedDescription>;

/** One line of an account's chain of devices. The server keeps it as it is and does not believe it. */
export const DeviceStatement = z.object({
  statement: Base64url.max(limits.deviceStatementCharactersMax),
  signatures: z.array(Base64url.max(limits.signatureCharactersMax)).min(1).max(2),
});
export type DeviceStatement = z.infer<typeof DeviceStatement>;

/** An account's devices, from the first statement on; empty where it has begun none yet. */
export const DeviceChain = z.array(DeviceStatement).max(limits.deviceStatementsMax);
export type DeviceChain = z.infer<typeof DeviceChain>;

/** Whether a device said the very same again, as after a resync. */
export function isSameDescription(one: SignedDescription, other: SignedDescription): boolean {
  return (
    one.description === other.description &&
    one.transcript === other.transcript &&
    one.signature === other.signature
  );
}
