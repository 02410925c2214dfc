import { anewHandler } from "../devices/anew-handler.ts";
import type { Handlers } from "../http/api-handler.ts";
import { type PasskeyParts, passkeyHandlers } from "../passkeys/passkey-handlers.ts";
import { listPasskeys } from "../passkeys/passkeys.ts";
import { type RecoveryParts, recoveryHandlers } from "../recovery/recovery-handlers.ts";
import { readRecoveryCode } from "../recovery/recovery-codes.ts";
import { resetHandlers } from "../recovery/reset-handlers.ts";
import { readResetLink } from "../recovery/reset-links.ts";
import { Challenges, type ChallengesParts } from "../passkeys/challenges.ts";
import { OwnerCheck, asksForProof } from "./owner-check.ts";
import { type OwnerParts, ownerHandlers } from "./owner-handlers.ts";

interface WaysInParts extends Omit<
  PasskeyParts & RecoveryParts & OwnerParts,
  "challenges" | "ownerCheck"
> {
  readonly bus: ChallengesParts["bus"];
  readonly challengeSecret: ChallengesParts["secret"];
}

/** What opens an account besides its password, and what only its owner may do. */
export function waysInHandlers(
  given: WaysInParts,
): Pick<Handlers, "listWaysIn"> &
  ReturnType<typeof anewHandler> &
  ReturnType<typeof passkeyHandlers> &
  ReturnType<typeof recoveryHandlers> &
  ReturnType<typeof resetHandlers> &
  ReturnType<typeof ownerHandlers> {
  const { store, now } = given;
  const challenges = new Challenges({ now, secret: given.challengeSecret, bus: given.bus });
  const ownerCheck = new OwnerCheck({ ...given, challenges });
  const parts = { ...given, challenges, ownerCheck };
  return {
    ...anewHandler(parts),
    ...passkeyHandlers(parts),
    ...recoveryHandlers(parts),
    ...resetHandlers(parts),
    ...ownerHandlers(parts),

    listWaysIn: async ({ login }) => ({
      passkeys: await listPasskeys(store.db, login.account),
      recoveryCode: await readRecoveryCode(store.db, login.account, now()),
      resetLink: await readResetLink(store.db, login.account, now()),
      asksForProof: await asksForProof(store.db, login, now()),
    }),
  };
}
