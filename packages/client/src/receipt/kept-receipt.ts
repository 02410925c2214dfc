import type { ReceiptFile } from "@ringfence/e2ee";
import type { CallId } from "@ringfence/protocol";
import type { Evidence } from "./evidence.ts";

/** What this device keeps of a call that it was in: what it knows so far, or the receipt that it signed. */
export interface KeptReceipt {
  callId: CallId;
  begunAt: number;
  /** Also after it was signed: a page that returns to the call goes on with it, and signs again. */
  evidence: Evidence;
  /** null while the call goes on, and where its page went away with it. */
  file: ReceiptFile | null;
}
