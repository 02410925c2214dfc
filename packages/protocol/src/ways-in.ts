import { z } from "zod";
import { SignIn } from "./account.ts";
import { Passkey, PasskeyAssertion } from "./passkey.ts";

/** That it is the owner who asks, and not somebody who found a device signed in. */
export const OwnerProof = z.discriminatedUnion("type", [
  z.object({ type: z.literal("password"), password: SignIn.shape.password }),
  z.object({ type: z.literal("passkey"), assertion: PasskeyAssertion }),
]);
export type OwnerProof = z.infer<typeof OwnerProof>;

/** What opens this account besides its password. */
export const WaysIn = z.object({
  /** The one added last first. */
  passkeys: z.array(Passkey),
  /** null: this account has none. */
  recoveryCode: z
    .object({
      /** Unix time in milliseconds. */
      madeAt: z.number().int(),
      /** Its owner said so. */
      isKept: z.boolean(),
      /** Until when the code before it works too, in Unix milliseconds; null: there is none. */
      olderUntil: z.number().int().nullable(),
    })
    .nullable(),
  /** The operator made a link that sets a new password, and nobody has used it yet; null: there is none. */
  resetLink: z
    .object({
      /** Unix times in milliseconds. */
      madeAt: z.number().int(),
      worksUntil: z.number().int(),
    })
    .nullable(),
  /** This device signed in a while ago: changing any of it takes an `OwnerProof`. */
  asksForProof: z.boolean(),
});
export type WaysIn = z.infer<typeof WaysIn>;
