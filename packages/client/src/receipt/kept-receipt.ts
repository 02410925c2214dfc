import type { OtherSignature, ReceiptFile } from "@ringfence/e2ee";
import type { CallId } from "@ringfence/protocol";
import type { Evidence } from "./evidence.ts";

/** What this device keeps of a call that it was in: what it knows so far, or the receipt that it signed. */
export type KeptReceipt = { callId: CallId; begunAt: number } & (
  | { state: "open"; evidence: Evidence }
  | { state: "signed"; file: ReceiptFile; otherSignatures: OtherSignature[] }
);
