import type { AccountId } from "@ringfence/protocol";

/** What an operator's command asks of whichever server takes it first. Gone once it is done. */
export interface OperatorOrderTable {
  /** Sorts by the time it was given. */
  id: string;
  kind: "suspend" | "unsuspend" | "vouch" | "unvouch";
  account_id: AccountId;
}

/** A link by the operator that sets a new password: the newest of an account. */
export interface ResetLinkTable {
  token_hash: string;
  account_id: AccountId;
  made_at: number;
  expires_at: number;
}

/** A login that such a link ended: whoever comes back with its cookie is told why. */
export interface ResetLoginTable {
  /** As in `login`. */
  token_hash: string;
  account_id: AccountId;
  reset_at: number;
}
