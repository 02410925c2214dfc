import {
  type Breach,
  breachesOf,
  type Receipt,
  type ReceiptFile,
  signReceipt,
} from "@ringfence/e2ee";
import type { CallId } from "@ringfence/protocol";
import type { CallEvidence, EvidencedCall } from "../calls/call-evidence.ts";
import type { Identity } from "../identity/identity.ts";
import { clientLimits } from "../limits.ts";
import { type Observable, Source } from "../observable.ts";
import { EvidenceKeeper } from "./evidence-keeper.ts";
import { type Evidence, makeReceipt, otherSignaturesOf } from "./evidence.ts";
import type { KeptReceipt } from "./kept-receipt.ts";

/** A receipt as a page shows it. */
export type ReceiptView =
  | { state: "loading" }
  /** This device was not in the call, or keeps nothing of it any more. */
  | { state: "missing" }
  /** This browser keeps nothing for this site, or cannot sign. */
  | { state: "failed" }
  | { state: "ready"; receipt: Receipt; breaches: readonly Breach[] };

/** Receipts of the calls that this device was in. They are in this browser, and on no server. */
export interface Receipts {
  /** Read when it is first looked at. */
  of(callId: CallId): Observable<ReceiptView>;
  /**
   * The receipt as a file of JSON.
   *
   * @param withOther with the other's signatures: they prove to anyone that the two spoke
   * @returns null where there is none
   */
  makeFile(callId: CallId, options: { withOther: boolean }): Promise<ReceiptFile | null>;
  remove(callId: CallId): Promise<void>;
  /** The latest call of this page in which something was not as promised, until it was looked at. */
  readonly broken: Observable<Receipt | null>;
  dismissBroken(): void;
}

export class ReceiptsStore implements Receipts {
  readonly #identity: Pick<Identity, "account" | "vault" | "signer">;
  readonly #now: () => number;
  readonly #views = new Map<CallId, Source<ReceiptView>>();
  /** Of calls that still go on in this page. */
  readonly #going = new Set<CallId>();
  readonly #broken = new Source<Receipt | null>(null);

  /** @param now Unix time in milliseconds */
  constructor(identity: Pick<Identity, "account" | "vault" | "signer">, now: () => number) {
    this.#identity = identity;
    this.#now = now;
  }

  get broken(): Observable<Receipt | null> {
    return this.#broken;
  }

  dismissBroken(): void {
    this.#broken.set(null);
  }

  of(callId: CallId): Observable<ReceiptView> {
    return this.#viewOf(callId);
  }

  async makeFile(
    callId: CallId,
    { withOther }: { withOther: boolean },
  ): Promise<ReceiptFile | null> {
    const kept = await this.#read(callId);
    if (kept?.state !== "signed") return null;
    return withOther ? { ...kept.file, otherSignatures: kept.otherSignatures } : kept.file;
  }

  async remove(callId: CallId): Promise<void> {
    await this.#identity.vault.delete("receipts", callId);
    this.#viewOf(callId).set({ state: "missing" });
  }

  /** For a call that this page is in. */
  open(call: EvidencedCall): CallEvidence {
    const { callId } = call;
    const { vault, account } = this.#identity;
    this.#going.add(callId);
    const keep = (kept: KeptReceipt) => vault.update("receipts", callId, () => kept);
    return new EvidenceKeeper(call, {
      account,
      now: this.#now,
      async load() {
        const kept = await vault.get("receipts", callId);
        return kept?.state === "open" ? kept.evidence : null;
      },
      async save(evidence) {
        await keep({ callId, begunAt: evidence.begunAt, state: "open", evidence });
      },
      onEnd: (evidence, end) => this.#finish(evidence, end),
    });
  }

  /** Removes what is older than the records of calls that the server keeps. */
  async removeExpired(recordDays: number): Promise<void> {
    const { vault } = this.#identity;
    const since = this.#now() - recordDays * dayMs;
    const all = (await vault.list("receipts")).toSorted(
      (one, other) => other.begunAt - one.begunAt,
    );
    for (const [place, { callId, begunAt }] of all.entries()) {
      const isKept = begunAt >= since && place < clientLimits.receiptsMax;
      if (!isKept && !this.#going.has(callId)) await this.remove(callId);
    }
  }

  clear(): void {
    this.#views.clear();
    this.#going.clear();
    this.#broken.set(null);
  }

  #viewOf(callId: CallId): Source<ReceiptView> {
    const known = this.#views.get(callId);
    if (known !== undefined) return known;
    const view = new Source<ReceiptView>({ state: "loading" });
    this.#views.set(callId, view);
    void this.#load(callId, view);
    return view;
  }

  async #load(callId: CallId, view: Source<ReceiptView>): Promise<void> {
    try {
      const kept = await this.#read(callId);
      if (view.get().state !== "loading" || this.#going.has(callId)) return;
      view.set(kept?.state === "signed" ? ready(kept.file.receipt) : { state: "missing" });
    } catch {
      view.set({ state: "failed" });
    }
  }

  /** A call that is over and whose page went away with it has its receipt signed when it is looked for. */
  async #read(callId: CallId): Promise<KeptReceipt | undefined> {
    const { vault } = this.#identity;
    const kept = await vault.get("receipts", callId);
    if (kept?.state !== "open" || this.#going.has(callId)) return kept;
    await this.#finish(kept.evidence, "lost");
    return vault.get("receipts", callId);
  }

  async #finish(evidence: Evidence, end: string): Promise<void> {
    const { callId } = evidence.call;
    const view = this.#views.get(callId) ?? new Source<ReceiptView>({ state: "loading" });
    this.#views.set(callId, view);
    this.#going.add(callId);
    try {
      const signer = await this.#identity.signer();
      const receipt = makeReceipt(evidence, signer.publicKey, end);
      const file = await signReceipt(receipt, signer);
      const { begunAt } = evidence;
      const otherSignatures = otherSignaturesOf(evidence);
      const kept: KeptReceipt = { callId, begunAt, state: "signed", file, otherSignatures };
      await this.#identity.vault.update("receipts", callId, () => kept);
      const shown = ready(receipt);
      view.set(shown);
      if (shown.breaches.length > 0) this.#broken.set(receipt);
    } catch {
      view.set({ state: "failed" });
    } finally {
      this.#going.delete(callId);
    }
  }
}

const dayMs = 86_400_000;

function ready(receipt: Receipt): Extract<ReceiptView, { state: "ready" }> {
  return { state: "ready", receipt, breaches: breachesOf(receipt) };
}
