import { deviceNameOf } from "../accounts/device-name.ts";
import { readMe } from "../accounts/accounts.ts";
import { signInAs } from "../accounts/sign-in-as.ts";
import { type LoginParts, requireLogin } from "../accounts/logins.ts";
import type { Handlers } from "../http/api-handler.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import { serverLimits } from "../limits.ts";
import type { Store } from "../store/store.ts";
import type { OwnerCheck } from "../ways-in/owner-check.ts";
import type { Challenges } from "./challenges.ts";
import { openByPasskey } from "./open-by-passkey.ts";
import {
  addPasskey,
  credentialIdsOf,
  notePasskeyUse,
  removePasskey,
  renamePasskey,
} from "./passkeys.ts";
import { relyingPartyOf } from "./relying-party.ts";
import { passkeyAlgorithms, verifyNewPasskey } from "./verify-passkey.ts";

export interface PasskeyParts extends LoginParts {
  readonly store: Store;
  readonly rateLimiter: RateLimiter;
  readonly challenges: Challenges;
  readonly ownerCheck: OwnerCheck;
}

/** Signing in without a password, by a key that a device or a password manager keeps. */
export function passkeyHandlers(
  parts: PasskeyParts,
): Pick<
  Handlers,
  | "askForPasskey"
  | "signInByPasskey"
  | "beginPasskey"
  | "addPasskey"
  | "renamePasskey"
  | "removePasskey"
> {
  const { store, rateLimiter, challenges, ownerCheck } = parts;
  return {
    async askForPasskey({ source, origins }) {
      rateLimiter.take("passkeyRequestsPerSource", source);
      return {
        challenge: challenges.make({ for: "opening" }),
        rpId: relyingPartyOf(origins).id,
        userVerification: "required",
        timeout: serverLimits.passkeyTimeoutMs,
      };
    },

    async signInByPasskey({ body, source, origins, ...browser }) {
      rateLimiter.take("signInsPerSource", source);
      const { passkey, counter } = await openByPasskey(parts, body.assertion, origins);
      rateLimiter.giveBack("signInsPerSource", source);
      const { me } = await signInAs(parts, browser, async (write) => {
        await notePasskeyUse(write, passkey, counter);
        return { account: passkey.account };
      });
      return me;
    },

    async beginPasskey({ login, body, source, origins }) {
      await ownerCheck.check(login, body.proof, { source, origins });
      const { handle, displayName } = await readMe(store.db, login);
      const { id } = relyingPartyOf(origins);
      const existing = await credentialIdsOf(store.db, login.account);
      return {
        challenge: challenges.make({ for: "adding", ...login }),
        rp: { id, name: "Ringfence" },
        user: {
          // WebAuthn §14.6.1: nothing that names a person.
          id: Buffer.from(login.account).toString("base64url"),
          name: handle,
          displayName,
        },
        pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: "public-key", alg })),
        timeout: serverLimits.passkeyTimeoutMs,
        attestation: "none",
        excludeCredentials: existing.map((credential) => ({ type: "public-key", id: credential })),
        authenticatorSelection: {
          residentKey: "required",
          requireResidentKey: true,
          userVerification: "required",
        },
      };
    },

    async addPasskey({ login, body, origins, userAgent }) {
      const key = await verifyNewPasskey(body.passkey, {
        challenges,
        // That it was begun says that the owner was asked.
        purpose: { for: "adding", ...login },
        relyingParty: relyingPartyOf(origins),
      });
      return store.write(async (write) => {
        await requireLogin(write, login);
        return addPasskey(write, login.account, key, deviceNameOf(userAgent));
      });
    },

    renamePasskey: ({ login, params, body }) =>
      store.write((write) => renamePasskey(write, login.account, params.passkeyId, body.name)),

    removePasskey: ({ login, params }) =>
      store.write((write) => removePasskey(write, login.account, params.passkeyId)),
  };
}
