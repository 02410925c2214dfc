import type { Bytes, IdentityChange, IdentityVerdict } from "@ringfence/e2ee";
import type {
  CallRoute,
  DeviceChain,
  PeerMessage,
  RoundNumber,
  SignedDescription,
} from "@ringfence/protocol";
import type { Identity } from "../identity/identity.ts";
import type { CallEvidence, OpenEvidence } from "./call-evidence.ts";
import { CallTranscripts, type NamedRound, type TrustedCall } from "./call-transcripts.ts";
import type { CallTrust, TrustLevel, TrustQuestion } from "./calls-snapshot.ts";
import type { KeptAgreements } from "./kept-agreement.ts";
import type { TrustFault } from "./trust-fault.ts";

/** What calls need of this device's identity, and what remembers them. */
export interface TrustParts {
  identity: Pick<
    Identity,
    "account" | "crypto" | "keepsKeys" | "signer" | "judge" | "remember" | "markCompared"
  >;
  agreements: KeptAgreements;
  openEvidence: OpenEvidence;
}

interface TrustEvents {
  /** Something of `drawn` changed, or what the call may do. */
  onChange(): void;
  /** Nothing of the other end may be used any more. Said once. */
  onFault(fault: TrustFault): void;
}

/** A description of the other end, and what the server says beside it. */
export interface ToHear extends NamedRound {
  signed: SignedDescription;
  chain: DeviceChain;
}

/**
 * Who is at the other end of one call, and that it stays the same device: signs what this end says
 * of its connection, and checks what the other says before anything of it is used. Every connection
 * of a call goes through one; there is no way around it.
 *
 * ```
 *   hear ── it fits, from a device that is known, or of a person never met ──▶ may connect, media flow
 *        ── from another device than was known ── callAnyway ────────────────▶ the same
 *        ── from another than was compared ── compareAgain ──▶ may connect ── theyMatch ──▶ media flow
 *        ── it does not fit ─────────────────────────────────────────────────▶ onFault
 * ```
 */
export class EndToEndTrust {
  /** Settled when a connection with the other end may be made; never where that must not be. */
  readonly mayConnect: Promise<void>;
  /** Settled when sound and picture may flow, as `mayFlow` says: it is the device that it should be. */
  readonly agreed: Promise<void>;
  readonly #parts: TrustParts;
  readonly #call: TrustedCall;
  readonly #events: TrustEvents;
  readonly #evidence: CallEvidence;
  readonly #allowToConnect: () => void;
  readonly #agree: () => void;
  /** Null until this device's key is there. */
  #transcripts: CallTranscripts | null = null;
  #level: TrustLevel = null;
  #question: TrustQuestion | null = null;
  /** The person said *Compare again*: until then there is nobody to compare with. */
  #isComparing = false;
  /** What was not as known of the device when the call began. */
  #change: IdentityChange | null = null;
  /** The chain that the other end's device was last judged by. */
  #chain: DeviceChain | null = null;
  #mayFlow = false;
  /** Nothing is said, used or kept of it any more. */
  #isOver = false;
  #shown: SignedDescription | null = null;
  /** One after another: each follows from what the one before has left. */
  #turn: Promise<unknown>;

  constructor(parts: TrustParts, call: TrustedCall, events: TrustEvents) {
    this.#parts = parts;
    this.#call = call;
    this.#events = events;
    this.#evidence = parts.openEvidence(call);
    ({ promise: this.mayConnect, resolve: this.#allowToConnect } = Promise.withResolvers<void>());
    ({ promise: this.agreed, resolve: this.#agree } = Promise.withResolvers<void>());
    // At once: this device's key and nonce are there when the first description is.
    this.#turn = CallTranscripts.begin(parts.identity, call).then(
      (transcripts) => {
        this.#transcripts = transcripts;
      },
      // Whoever waits in turn finds that there is no key.
      () => {},
    );
  }

  /** What is handed over of this call for its receipt. */
  get evidence(): CallEvidence {
    return this.#evidence;
  }

  /** What both ends sign of the route, whatever the server says later. */
  get route(): CallRoute {
    return this.#transcripts?.route ?? this.#call.route;
  }

  /** Whether sound and picture may go and come. */
  get mayFlow(): boolean {
    return this.#mayFlow;
  }

  get drawn(): CallTrust {
    const isHidden = this.#question !== null && !this.#isComparing;
    const emoji = isHidden ? null : (this.#transcripts?.emoji ?? null);
    return { level: this.#level, emoji, question: this.#question };
  }

  /** Caller: what the other end is to be told over each connection; null before there is an answer. */
  get nonceToSay(): PeerMessage | null {
    const nonce = this.#transcripts?.nonceToOpen ?? null;
    return nonce === null ? null : { type: "nonce", nonce };
  }

  /**
   * Goes on from what another page of this device began with.
   *
   * @returns false where nothing of that was kept: nobody knows then who is at the other end
   */
  resume(): Promise<boolean> {
    return this.#inTurn(async (transcripts) => {
      const kept = await this.#parts.agreements.load(this.#call.callId);
      if (kept === null || kept.level === null || !(await transcripts.resume(kept))) return false;
      this.#change = kept.change;
      this.#allow(kept.level);
      return true;
    });
  }

  /**
   * Checks a description of the other end, and judges the device that signed it. The same again is
   * fine again.
   *
   * @returns false where it must not be used: `onFault` was told why, unless it is only late
   */
  hear({ signed, chain, ...named }: ToHear): Promise<boolean> {
    return this.#inTurn(async (transcripts) => {
      const heard = await transcripts.hear(named, signed);
      if (heard.outcome === "overtaken") return false;
      if (heard.outcome === "refused") {
        return this.#refuse({ type: "description", fault: heard.fault });
      }
      const verdict = await this.#parts.identity.judge(this.#call.with, chain, heard.key);
      if (!this.#believe(verdict, chain, heard.key)) return false;
      this.#showEmoji();
      if (heard.outcome === "new") {
        this.#evidence.addDescription({ by: "other", round: named.round, signed });
        this.#keep();
      }
      return true;
    });
  }

  /** As `CallTranscripts.signOffer`. */
  signOffer(description: string, named: NamedRound): Promise<SignedDescription | null> {
    return this.#inTurn(async (transcripts) =>
      this.#show(named.round, await transcripts.signOffer(description, named)),
    );
  }

  /** As `CallTranscripts.signAnswer`. */
  signAnswer(description: string, round: RoundNumber): Promise<SignedDescription | null> {
    return this.#inTurn(async (transcripts) =>
      this.#show(round, await transcripts.signAnswer(description, round)),
    );
  }

  /** Callee: the caller opens what it committed to. */
  hearNonce({ nonce }: Extract<PeerMessage, { type: "nonce" }>): Promise<void> {
    return this.#inTurn(async (transcripts) => {
      if (!(await transcripts.hearNonce(nonce))) {
        this.#refuse({ type: "nonce" });
        return;
      }
      this.#showEmoji();
      this.#keep();
      this.#events.onChange();
    });
  }

  /** The browser at the other end holds another certificate than its device signed. */
  refuseCertificate(): void {
    this.#refuse({ type: "certificate" });
  }

  /** The person goes on with a device that is not the one that was known. */
  callAnyway(): void {
    if (this.#question?.type !== "call-anyway" || this.#isOver) return;
    this.#evidence.setCalledAnyway();
    this.#allow("changed");
    this.#keep();
    this.#events.onChange();
  }

  compareAgain(): void {
    if (this.#question?.type !== "compare-again" || this.#isOver) return;
    this.#isComparing = true;
    this.#allowToConnect();
    this.#events.onChange();
  }

  theyMatch(): void {
    const { emoji } = this.drawn;
    const key = this.#transcripts?.otherKey ?? null;
    if (emoji === null || this.#chain === null || key === null || this.#isOver) return;
    this.#evidence.setCompared("match");
    this.#quietly(this.#markCompared(this.#chain, key));
    this.#allow("compared");
    this.#keep();
    this.#events.onChange();
  }

  /** In turn: what is heard next is judged by it. */
  #markCompared(chain: DeviceChain, key: Bytes): Promise<void> {
    return this.#inTurn(async () => {
      await this.#parts.identity.markCompared(this.#call.with, chain, key);
      // Another chain is the known one from now on. A device that nobody linked is kept by nobody.
      if (this.#change === "another-chain") this.#change = null;
    });
  }

  /** The person saw other emoji: the call is to end. */
  theyDiffer(): void {
    this.#evidence.setCompared("differ");
  }

  /** The call is over: no page returns to it. */
  forget(): void {
    this.#isOver = true;
    this.#quietly(this.#parts.agreements.forget(this.#call.callId));
  }

  /** @throws Error where this device has no key to sign with */
  #inTurn<Result>(act: (transcripts: CallTranscripts) => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(() => {
      if (this.#transcripts === null) throw new Error("this device has no key");
      return act(this.#transcripts);
    });
    this.#turn = result.catch(() => {});
    return result;
  }

  /** @returns whether the call may go on with this device, now or once its person says so */
  #believe(verdict: IdentityVerdict, chain: DeviceChain, key: Bytes): boolean {
    if (this.#isOver) return false;
    if (verdict.verdict === "refused") {
      return this.#refuse({ type: "identity", fault: verdict.fault });
    }
    this.#chain = chain;
    const change = "change" in verdict ? verdict.change : null;
    if (this.#level !== null || this.#question !== null) {
      // Its key is that of the beginning, but its account may have taken it out meanwhile.
      const isKnown = change === null || change === this.#change;
      return isKnown || this.#refuse({ type: "device-removed" });
    }
    this.#evidence.setVerdict(verdict);
    if ("change" in verdict) {
      this.#change = verdict.change;
      const type = verdict.verdict === "changed" ? "call-anyway" : "compare-again";
      this.#question = { type, change: verdict.change };
    } else {
      this.#allow(verdict.verdict === "known" ? verdict.comparison : "not-compared");
      this.#quietly(this.#parts.identity.remember(this.#call.with, chain, key));
    }
    this.#events.onChange();
    return true;
  }

  #allow(level: TrustLevel): void {
    this.#level = level;
    this.#question = null;
    this.#mayFlow = true;
    this.#allowToConnect();
    this.#agree();
  }

  #refuse(fault: TrustFault): false {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#mayFlow = false;
    this.#evidence.setFault(fault);
    this.#events.onFault(fault);
    return false;
  }

  #show(round: RoundNumber, signed: SignedDescription | null): SignedDescription | null {
    if (signed === null || signed === this.#shown) return signed;
    this.#shown = signed;
    this.#evidence.addDescription({ by: "own", round, signed });
    this.#keep();
    return signed;
  }

  #showEmoji(): void {
    const { emoji = null, callerNonce = null } = this.#transcripts ?? {};
    if (emoji !== null && callerNonce !== null) this.#evidence.setEmoji(emoji, callerNonce);
  }

  /** For a page that returns. */
  #keep(): void {
    if (this.#transcripts === null || this.#isOver) return;
    const kept = {
      ...this.#transcripts.kept,
      level: this.#level,
      change: this.#change,
    };
    this.#quietly(this.#parts.agreements.save(this.#call.callId, kept));
  }

  /** A call goes on where something of it could not be kept: it is not known the next time. */
  #quietly(kept: Promise<void>): void {
    kept.catch(() => {});
  }
}
