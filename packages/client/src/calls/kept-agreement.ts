import type { Bytes, CallAgreement, IdentityChange } from "@ringfence/e2ee";
import { CallId, timeOfId } from "@ringfence/protocol";
import type { Identity } from "../identity/identity.ts";
import { clientLimits } from "../limits.ts";
import type { TrustLevel } from "./calls-snapshot.ts";

/** What a page has to know of a call that it returns to: what the two ends began with. */
export interface KeptAgreement {
  readonly agreement: CallAgreement;
  readonly level: TrustLevel;
  /** What was not as known of the other end's device when the call began; null where all was. */
  readonly change: IdentityChange | null;
  readonly ownNonce: Bytes;
  /** The callee's: what the caller committed to, and the nonce that opened it. */
  readonly commitment: Bytes | null;
  readonly otherNonce: Bytes | null;
}

/** Of the calls of this account, as long as they go on. No server can read or change it. */
export interface KeptAgreements {
  load(callId: CallId): Promise<KeptAgreement | null>;
  save(callId: CallId, kept: KeptAgreement): Promise<void>;
  forget(callId: CallId): Promise<void>;
  /** Forgets every call that is not among these, but what another tab may just have begun. */
  keepOnly(callIds: ReadonlySet<CallId>): Promise<void>;
}

/** Those in the vault of whoever is signed in. Each fails where nobody is, or the browser keeps nothing. */
export function keptAgreements(identity: Pick<Identity, "vault">): KeptAgreements {
  return {
    async load(callId) {
      return (await identity.vault.get("agreements", callId)) ?? null;
    },
    async save(callId, kept) {
      await identity.vault.update("agreements", callId, () => kept);
    },
    async forget(callId) {
      await identity.vault.delete("agreements", callId);
    },
    async keepOnly(callIds) {
      const { vault } = identity;
      for (const { agreement } of await vault.list("agreements")) {
        const { callId } = agreement.facts;
        const isYoung = Date.now() - timeOfId(callId) < clientLimits.agreementKeptMs;
        if (!isYoung && !callIds.has(CallId.parse(callId)))
          await vault.delete("agreements", callId);
      }
    },
  };
}
