import type { Bytes, Emoji, IdentityVerdict } from "@ringfence/e2ee";
import type { Handle } from "@ringfence/protocol";
import type { CallEvidence, CheckedDescription, EvidencedCall } from "../calls/call-evidence.ts";
import type { CallEnd } from "../calls/calls-snapshot.ts";
import type { TrustFault } from "../calls/trust-fault.ts";
import type { ConnectionSample } from "../media/connection-sample.ts";
import {
  beginEvidence,
  type Evidence,
  withCalledAnyway,
  withCandidate,
  withComparison,
  withDescription,
  withEmoji,
  withFault,
  withSample,
  withVerdict,
} from "./evidence.ts";

interface KeeperParts {
  account: Handle;
  /** Unix time in milliseconds. */
  now(): number;
  /** What an earlier page of this device has gathered of the call; null where there was none. */
  load(): Promise<Evidence | null>;
  save(evidence: Evidence): Promise<void>;
  onEnd(evidence: Evidence, end: CallEnd): Promise<void>;
}

/** Gathers the evidence of one call, one thing after another, and keeps it after each. */
export class EvidenceKeeper implements CallEvidence {
  readonly #parts: KeeperParts;
  #evidence: Promise<Evidence>;
  #hasEnded = false;

  constructor(call: EvidencedCall, parts: KeeperParts) {
    this.#parts = parts;
    const fresh = beginEvidence(call, parts.account, parts.now());
    this.#evidence = parts.load().then(
      (kept) => kept ?? fresh,
      // A browser that keeps nothing can still show what it knows.
      () => fresh,
    );
  }

  addDescription(checked: CheckedDescription): void {
    this.#add((evidence) => withDescription(evidence, checked));
  }

  addCandidate(candidate: string): void {
    this.#add((evidence) => withCandidate(evidence, candidate));
  }

  addSample(pending: Promise<ConnectionSample>): void {
    this.#add(async (evidence) => {
      const sample = await pending.catch(() => null);
      return sample === null ? evidence : withSample(evidence, sample, this.#after(evidence));
    });
  }

  setVerdict(verdict: IdentityVerdict): void {
    this.#add((evidence) => withVerdict(evidence, verdict));
  }

  setCalledAnyway(): void {
    this.#add(withCalledAnyway);
  }

  setCompared(outcome: "match" | "differ"): void {
    this.#add((evidence) => withComparison(evidence, outcome));
  }

  setFault(fault: TrustFault): void {
    this.#add((evidence) => withFault(evidence, fault));
  }

  setEmoji(emoji: readonly Emoji[], callerNonce: Bytes): void {
    this.#add((evidence) => withEmoji(evidence, emoji, callerNonce));
  }

  setConnected(): void {
    this.#add((evidence) => ({
      ...evidence,
      connectedAt: evidence.connectedAt ?? this.#after(evidence),
    }));
  }

  end(reason: CallEnd): void {
    if (this.#hasEnded) return;
    this.#add((evidence) => evidence);
    this.#hasEnded = true;
    void this.#evidence.then((evidence) => this.#parts.onEnd(evidence, reason));
  }

  #add(change: (evidence: Evidence) => Evidence | Promise<Evidence>): void {
    if (this.#hasEnded) return;
    this.#evidence = this.#evidence.then(async (before) => {
      const changed = await change(before);
      const evidence = { ...changed, latestAt: this.#after(changed) };
      // What cannot be kept now may be kept the next time.
      if (changed !== before) await this.#parts.save(evidence).catch(() => {});
      return evidence;
    });
  }

  /** A clock that was set back takes no time away. */
  #after({ latestAt }: Evidence): number {
    return Math.max(latestAt, this.#parts.now());
  }
}
