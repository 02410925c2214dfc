import {
  type Breach,
  breachesOf,
  type DeviceSigner,
  type Emoji,
  emojis,
  type Receipt,
  type ReceiptFile,
  signReceipt,
} from "@ringfence/e2ee";
import type { CallId } from "@ringfence/protocol";
import type { CallEvidence, EvidencedCall } from "../calls/call-evidence.ts";
import type { Identity } from "../identity/identity.ts";
import { clientLimits } from "../limits.ts";
import { type Observable, Source } from "../observable.ts";
import { ownKey, type Vault } from "../vault/vault.ts";
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
  | {
      state: "ready";
      receipt: Receipt;
      breaches: readonly Breach[];
      /** Those that the two could compare. */
      emoji: readonly Emoji[] | null;
    };

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
  /** For how many days the server says that it keeps that a call was; null until known. */
  readonly recordDays: Observable<number | null>;
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
  readonly recordDays = new Source<number | null>(null);
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
    if (kept === undefined || kept.file === null) return null;
    if (!withOther) return kept.file;
    return { ...kept.file, otherSignatures: otherSignaturesOf(kept.evidence) };
  }

  async remove(callId: CallId): Promise<void> {
    await this.#identity.vault.delete("receipts", callId);
    this.#viewOf(callId).set({ state: "missing" });
  }

  /** For a call that this page is in. */
  open(call: EvidencedCall): CallEvidence {
    const { callId } = call;
    // Whoever is signed in by the end of it, it is this account's call.
    const { vault, account } = this.#identity;
    const signer = this.#identity.signer();
    signer.catch(() => {});
    this.#going.add(callId);
    return new EvidenceKeeper(call, {
      account,
      now: this.#now,
      async load() {
        return (await vault.get("receipts", callId))?.evidence ?? null;
      },
      save: async (evidence) => {
        const { begunAt } = evidence;
        await this.#keep(vault, { callId, begunAt, evidence, file: null });
      },
      onEnd: (evidence, end) => this.#finish(evidence, end, { vault, signer }),
    });
  }

  /** The person chose on this device how long their calls are kept. */
  async keepFor(callRecordDays: number): Promise<void> {
    await this.#identity.vault.update("choices", ownKey, () => ({ callRecordDays }));
    await this.removeOld();
  }

  /**
   * Removes what is older than the person chose here. What the server says does not count: it could
   * remove what proves something against it. What was not as promised is removed by hand only.
   */
  async removeOld(): Promise<void> {
    const { vault } = this.#identity;
    const chosen = await vault.get("choices", ownKey);
    const since = this.#now() - (chosen?.callRecordDays ?? clientLimits.receiptDays) * dayMs;
    const all = (await vault.list("receipts"))
      .filter((kept) => breachesOf(receiptOf(kept)).length === 0)
      .toSorted((one, other) => other.begunAt - one.begunAt);
    for (const [place, { callId, begunAt }] of all.entries()) {
      const isKept = begunAt >= since && place < clientLimits.receiptsMax;
      if (!isKept && !this.#going.has(callId)) await this.remove(callId);
    }
  }

  /** Nobody is signed in any more. */
  clear(): void {
    this.#views.clear();
    this.#going.clear();
    this.recordDays.set(null);
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
      view.set(kept?.file == null ? { state: "missing" } : ready(kept.file.receipt));
    } catch {
      view.set({ state: "failed" });
    }
  }

  /** A call that is over and whose page went away with it has its receipt signed when it is looked for. */
  async #read(callId: CallId): Promise<KeptReceipt | undefined> {
    const { vault } = this.#identity;
    const kept = await vault.get("receipts", callId);
    if (kept === undefined || kept.file !== null || this.#going.has(callId)) return kept;
    this.#going.add(callId);
    await this.#finish(kept.evidence, "lost", { vault, signer: this.#identity.signer() });
    return vault.get("receipts", callId);
  }

  async #finish(
    evidence: Evidence,
    end: string,
    { vault, signer }: { vault: Vault; signer: Promise<DeviceSigner> },
  ): Promise<void> {
    const { callId } = evidence.call;
    // Whatever this device prepared, the receipt is on the one that was in the call.
    if (end === "answered-elsewhere") {
      this.#going.delete(callId);
      await vault.delete("receipts", callId).catch(() => {});
      return;
    }
    const view = this.#views.get(callId) ?? new Source<ReceiptView>({ state: "loading" });
    this.#views.set(callId, view);
    try {
      const device = await signer;
      const receipt = makeReceipt(evidence, device.publicKey, end);
      const file = await signReceipt(receipt, device);
      await this.#keep(vault, { callId, begunAt: evidence.begunAt, evidence, file });
      const shown = ready(receipt);
      view.set(shown);
      // Whoever saw other emoji ended the call over it, and knows.
      if (shown.breaches.some((breach) => breach !== "different-emoji")) this.#broken.set(receipt);
    } catch {
      view.set({ state: "failed" });
    } finally {
      this.#going.delete(callId);
    }
  }

  /** Nothing any more once its person has signed out: that would bring back what was taken away. */
  async #keep(vault: Vault, kept: KeptReceipt): Promise<void> {
    if (!this.#going.has(kept.callId)) return;
    await vault.update("receipts", kept.callId, () => kept);
  }
}

const dayMs = 86_400_000;

/** Of a call whose page went away, as it will be signed once somebody looks. */
function receiptOf({ file, evidence }: KeptReceipt): Receipt {
  return file?.receipt ?? makeReceipt(evidence, new Uint8Array(), "lost");
}

function ready(receipt: Receipt): Extract<ReceiptView, { state: "ready" }> {
  const words = receipt.emoji?.words ?? null;
  const emoji = words?.flatMap((word) => emojis.filter((each) => each.word === word)) ?? null;
  return { state: "ready", receipt, breaches: breachesOf(receipt), emoji };
}
