import {
  base64url,
  beginAgreement,
  type Bytes,
  type CallAgreement,
  commitTo,
  type DeviceSigner,
  type Emoji,
  fromBase64url,
  hearDescription,
  opensCommitment,
  shortAuthenticationString,
  signAnswer,
  type SignedTranscript,
  signOffer,
  type TranscriptFault,
} from "@ringfence/e2ee";
import type {
  CallId,
  CallKind,
  CallRoute,
  Handle,
  RoundNumber,
  SignedDescription,
} from "@ringfence/protocol";
import type { Identity } from "../identity/identity.ts";
import { clientLimits } from "../limits.ts";
import { describedFacts } from "./described-facts.ts";
import type { KeptAgreement } from "./kept-agreement.ts";

/** What this end knows of the call by itself. The other end has signed the same, or is refused. */
export interface TrustedCall {
  role: "caller" | "callee";
  callId: CallId;
  with: Handle;
  kind: CallKind;
  /** As both were told, so that a server cannot tell them two things. Who hides hides all the same. */
  route: CallRoute;
}

/** A round, as whoever says a description of it names it. */
export interface NamedRound {
  round: RoundNumber;
  isNewConnection: boolean;
}

type HeardDescription =
  /** @property key of the device that signed it */
  | { outcome: "new" | "repeated"; key: Bytes }
  /** An answer to an offer of this end that another has taken the place of. */
  | { outcome: "overtaken" }
  | { outcome: "refused"; fault: TranscriptFault };

type CallIdentity = Pick<Identity, "account" | "crypto" | "signer">;

/** What the two ends of one call have signed, seen from this one, and what follows for the emoji. */
export class CallTranscripts {
  readonly #crypto: CallIdentity["crypto"];
  readonly #role: TrustedCall["role"];
  readonly #signer: DeviceSigner;
  #agreement: CallAgreement;
  #ownNonce: Bytes = crypto.getRandomValues(new Uint8Array(clientLimits.nonceBytes));
  /** What the caller committed to, and the nonce that opened it, as the callee knows them. */
  #commitment: Bytes | null = null;
  #otherNonce: Bytes | null = null;
  #emoji: readonly Emoji[] | null = null;
  /** What this page said last, and what the two had agreed on before it. */
  #said: { round: RoundNumber; signed: SignedDescription; before: CallAgreement } | null = null;

  private constructor(
    { crypto: platform }: CallIdentity,
    signer: DeviceSigner,
    agreement: CallAgreement,
  ) {
    this.#crypto = platform;
    this.#signer = signer;
    this.#agreement = agreement;
    this.#role = agreement.facts.role;
  }

  static async begin(identity: CallIdentity, call: TrustedCall): Promise<CallTranscripts> {
    const signer = await identity.signer();
    const { role, callId, with: other, kind, route } = call;
    const [callerAccount, calleeAccount] =
      role === "caller" ? [identity.account, other] : [other, identity.account];
    const ownDevice = signer.publicKey;
    const facts = { role, callId, callerAccount, calleeAccount, kind, route, ownDevice };
    return new CallTranscripts(identity, signer, beginAgreement(facts));
  }

  /** As it was signed, or is to be. */
  get route(): CallRoute {
    return this.#agreement.facts.route;
  }

  /** Four; null before both nonces are known. */
  get emoji(): readonly Emoji[] | null {
    return this.#emoji;
  }

  /** The caller's, once the other end may know it: when there is its answer. */
  get nonceToOpen(): string | null {
    const { root } = this.#agreement;
    return this.#role === "caller" && root !== null ? base64url(this.#ownNonce) : null;
  }

  /** What the caller drew; null before this end knows it. */
  get callerNonce(): Bytes | null {
    return this.#role === "caller" ? this.#ownNonce : this.#otherNonce;
  }

  /** The key of the other end's device; null before it has said anything. */
  get otherKey(): Bytes | null {
    const { offer, root } = this.#agreement;
    if (this.#role === "callee") return offer?.transcript.callerDevice ?? null;
    return root?.transcript.calleeDevice ?? null;
  }

  /** For a page that returns to the call. */
  get kept(): Omit<KeptAgreement, "level" | "change"> {
    return {
      agreement: this.#agreement,
      ownNonce: this.#ownNonce,
      commitment: this.#commitment,
      otherNonce: this.#otherNonce,
    };
  }

  /** @returns false where it is not what this device began with the other end */
  async resume({ agreement, ...kept }: KeptAgreement): Promise<boolean> {
    const { callId, ownDevice } = this.#agreement.facts;
    // Who signed out and in again is another device.
    const isOwn = base64url(agreement.facts.ownDevice) === base64url(ownDevice);
    if (!isOwn || agreement.facts.callId !== callId || agreement.root === null) return false;
    this.#agreement = agreement;
    this.#ownNonce = kept.ownNonce;
    this.#commitment = kept.commitment;
    this.#otherNonce = kept.otherNonce;
    await this.#findEmoji();
    return true;
  }

  /** Checks a description of the other end. What is refused leaves everything as it was. */
  async hear(
    { round, isNewConnection }: NamedRound,
    signed: SignedDescription,
  ): Promise<HeardDescription> {
    const transcript = readSigned(signed);
    if (transcript === null) return { outcome: "refused", fault: "malformed" };
    const described = await describedFacts(this.#crypto, signed.description);
    const checked = await hearDescription(this.#crypto, this.#agreement, transcript, described);
    if (checked.outcome === "refused" || checked.outcome === "overtaken") return checked;
    const after = checked.outcome === "accepted" ? checked.agreement : this.#agreement;
    const heard = (this.#role === "callee" ? after.offer : after.answer)?.transcript;
    // What stands beside it in the message is what was signed.
    if (heard?.round !== round || heard.isNewConnection !== isNewConnection) {
      return { outcome: "refused", fault: "wrong-round" };
    }
    const key = this.#role === "callee" ? heard.callerDevice : heard.calleeDevice;
    if (checked.outcome === "repeated") return { outcome: "repeated", key };
    this.#agreement = after;
    if (heard.type === "offer" && round === 0) this.#commitment = heard.commitment;
    await this.#findEmoji();
    return { outcome: "new", key };
  }

  /**
   * Caller.
   *
   * @returns null where a later round was begun meanwhile, or none can be before the first answer
   */
  async signOffer(description: string, { round, isNewConnection }: NamedRound) {
    const isOvertaken = this.#said !== null && this.#said.round > round;
    if (isOvertaken || (round === 0) !== (this.#agreement.root === null)) return null;
    const commitment = await commitTo(this.#crypto, this.#ownNonce);
    const described = await describedFacts(this.#crypto, description);
    const details = { round, isNewConnection, commitment };
    const said = await signOffer(this.#crypto, this.#agreement, this.#signer, described, details);
    return this.#say(round, description, said);
  }

  /**
   * Callee.
   *
   * @returns null where the latest offer that was heard is of another round; of a description that
   * answered the round before, the answer that was given then
   */
  async signAnswer(description: string, round: RoundNumber) {
    if (this.#agreement.offer?.transcript.round !== round) return null;
    const said = this.#said?.round === round ? this.#said : null;
    if (said?.signed.description === description) return said.signed;
    // That of a connection which is no more, such as one prepared while it rang, is as if it were unsaid.
    if (said !== null) {
      this.#agreement = said.before;
      this.#emoji = null;
    }
    const described = await describedFacts(this.#crypto, description);
    const { signed, agreement } = await signAnswer(
      this.#crypto,
      this.#agreement,
      this.#signer,
      described,
      this.#ownNonce,
    );
    const answer = this.#say(round, description, { signed, agreement });
    await this.#findEmoji();
    return answer;
  }

  /** Callee. @returns false where the caller opened something else than it had committed to */
  async hearNonce(text: string): Promise<boolean> {
    // A caller is told no nonce but in the answer, and before the first offer nobody committed to any.
    if (this.#commitment === null) return this.#role === "caller";
    const nonce = fromBase64url(text);
    if (nonce === null || !(await opensCommitment(this.#crypto, this.#commitment, nonce))) {
      return false;
    }
    this.#otherNonce = nonce;
    await this.#findEmoji();
    return true;
  }

  #say(
    round: RoundNumber,
    description: string,
    { signed: { transcript, signature }, agreement }: Awaited<ReturnType<typeof signOffer>>,
  ): SignedDescription {
    const signed = {
      description,
      transcript: base64url(transcript),
      signature: base64url(signature),
    };
    this.#said = { round, signed, before: this.#agreement };
    this.#agreement = agreement;
    return signed;
  }

  async #findEmoji(): Promise<void> {
    const { root } = this.#agreement;
    const { callerNonce } = this;
    if (root === null || callerNonce === null || this.#emoji !== null) return;
    const { offer, nonce: calleeNonce } = root.transcript;
    const start = { offer, answer: root.hash, callerNonce, calleeNonce };
    this.#emoji = await shortAuthenticationString(this.#crypto, start);
  }
}

function readSigned(signed: SignedDescription): SignedTranscript | null {
  const transcript = fromBase64url(signed.transcript);
  const signature = fromBase64url(signed.signature);
  return transcript === null || signature === null ? null : { transcript, signature };
}
