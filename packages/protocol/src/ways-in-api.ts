import { z } from "zod";
import { Me, Password, SignIn } from "./account.ts";
import type { Endpoint } from "./endpoint.ts";
import { PasskeyId } from "./id.ts";
import {
  NewPasskey,
  NewPasskeyOptions,
  Passkey,
  PasskeyAssertion,
  PasskeyName,
  PasskeyRequest,
} from "./passkey.ts";
import { Person } from "./person.ts";
import { RecoveryCode } from "./recovery-code.ts";
import { OwnerProof, WaysIn } from "./ways-in.ts";

const nothing = z.object({});
/** null where this device signed in a moment ago. */
const withProof = z.object({ proof: OwnerProof.nullable() });
const resetToken = z.string().min(1).max(100);
const passkeyById = z.object({ passkeyId: PasskeyId });

/** The ways into an account besides its password: passkeys and the recovery code. */
export const waysInApi = {
  listWaysIn: {
    method: "GET",
    path: "/api/ways-in",
    summary: "What opens this account besides its password.",
    login: "required",
    response: WaysIn,
  },
  askForPasskey: {
    method: "POST",
    path: "/api/login/passkey/options",
    summary: "What to ask a browser for a passkey with. It is the same for everybody.",
    login: "none",
    body: nothing,
    response: PasskeyRequest,
  },
  signInByPasskey: {
    method: "POST",
    path: "/api/login/passkey",
    summary: "Sign this device in with a passkey.",
    login: "none",
    body: z.object({ assertion: PasskeyAssertion }),
    response: Me,
  },
  beginPasskey: {
    method: "POST",
    path: "/api/passkeys/options",
    summary: "What a browser makes a passkey for this account from.",
    login: "required",
    body: withProof,
    response: NewPasskeyOptions,
  },
  addPasskey: {
    method: "POST",
    path: "/api/passkeys",
    summary: "Let a passkey that was just made open this account.",
    login: "required",
    body: z.object({ passkey: NewPasskey }),
    response: Passkey,
  },
  renamePasskey: {
    method: "PATCH",
    path: "/api/passkeys/:passkeyId",
    summary: "Name a passkey.",
    login: "required",
    params: passkeyById,
    body: z.object({ name: PasskeyName }),
    response: Passkey,
  },
  removePasskey: {
    method: "DELETE",
    path: "/api/passkeys/:passkeyId",
    summary: "Let a passkey open this account no more.",
    login: "required",
    params: passkeyById,
  },
  makeRecoveryCode: {
    method: "POST",
    path: "/api/recovery-code",
    summary: "Make a recovery code, told this once. The one before works for two more weeks.",
    login: "required",
    body: withProof,
    response: z.object({ recoveryCode: RecoveryCode }),
  },
  keepRecoveryCode: {
    method: "PUT",
    path: "/api/recovery-code/kept",
    summary: "Its owner has kept the recovery code.",
    login: "required",
    body: nothing,
  },
  recoverAccount: {
    method: "POST",
    path: "/api/login/recovery-code",
    summary:
      "Set a new password by the recovery code: signs every device out and this one in, takes the passkeys away, and makes a new code.",
    login: "none",
    body: z.object({
      handle: SignIn.shape.handle,
      recoveryCode: RecoveryCode,
      newPassword: Password,
    }),
    response: z.object({ me: Me, recoveryCode: RecoveryCode }),
  },
  viewResetLink: {
    method: "POST",
    path: "/api/login/reset/view",
    summary: "Whose account a link of the operator's opens. It takes nothing.",
    login: "none",
    body: z.object({ token: resetToken }),
    response: Person,
  },
  resetAccount: {
    method: "POST",
    path: "/api/login/reset",
    summary:
      "Set a new password by a link of the operator's: signs every device out and this one in, takes the passkeys away, and makes a new recovery code; one from before works for two more weeks.",
    login: "none",
    body: z.object({ token: resetToken, newPassword: Password }),
    response: z.object({ me: Me, recoveryCode: RecoveryCode }),
  },
  refuseResetLink: {
    method: "POST",
    path: "/api/reset-link/refuse",
    summary: "Make the operator's link worth nothing, which nobody of this account asked for.",
    login: "required",
    body: withProof,
  },
  changePassword: {
    method: "PUT",
    path: "/api/password",
    summary: "Set another password and, where that is chosen, sign every other device out.",
    login: "required",
    body: z.object({ proof: OwnerProof, newPassword: Password, signOutOthers: z.boolean() }),
  },
  deleteAccount: {
    method: "POST",
    path: "/api/accounts/me/delete",
    summary: "Delete this account and everything it wrote, for good.",
    login: "required",
    body: z.object({ proof: OwnerProof }),
  },
} as const satisfies Record<string, Endpoint>;
