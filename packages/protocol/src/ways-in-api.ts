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
import { RecoveryCode } from "./recovery-code.ts";
import { OwnerProof, WaysIn } from "./ways-in.ts";

const nothing = z.object({});
/** null where this device signed in a moment ago. */
const withProof = z.object({ proof: OwnerProof.nullable() });
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
} as const satisfies Record<string, Endpoint>;
