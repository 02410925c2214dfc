import {
  type AccountId,
  type Handle,
  type Me,
  type OwnerProof,
  type Passkey,
  type PasskeyId,
  type Person,
  type RecoveryCode,
  type WaysIn,
  showRecoveryCode,
} from "@ringfence/protocol";
import type { ApiClient } from "../api.ts";
import { ApiError } from "../errors.ts";
import { type Observable, Source } from "../observable.ts";
import { PasskeyError, type PasskeyPlatform } from "./passkey-platform.ts";

/** A recovery code that was made just now. The server tells it once, and keeps a hash of it. */
export interface NewCode {
  readonly of: AccountId;
  /** In groups, as people write it down. */
  readonly code: string;
  readonly after: "sign-up" | "recovery" | "reset" | "asking";
}

/** A recovery code that another device made. */
export interface NewerCode {
  /** Unix times in milliseconds. */
  readonly madeAt: number;
  /** Until when the code before it works too. */
  readonly olderUntil: number;
}

/** A link of the operator's that sets a new password for this account. */
export type ResetLink = NonNullable<WaysIn["resetLink"]>;

/** How a person says that the account is theirs. Null is enough just after signing in. */
export type Proof = { type: "password"; password: string } | { type: "passkey" } | null;

/**
 * The ways into an account besides its password. Methods throw `ApiError`, and `PasskeyError` where
 * a passkey takes part.
 */
export interface WaysIntoAccount {
  /** Whether passkeys work in this browser, at this address. */
  readonly hasPasskeys: boolean;
  /** Whether this device keeps passkeys itself: who has no other is not asked to add one. */
  keepsPasskeys(): Promise<boolean>;
  /** Shown until its person has kept it, or goes away. */
  readonly newCode: Observable<NewCode | null>;
  /** While its person can still undo it by the code before, and until they say that they know. */
  readonly newerCode: Observable<NewerCode | null>;
  dismissNewerCode(): void;
  /** While it can be used: the account's own devices know of it, and can refuse it. */
  readonly resetLink: Observable<ResetLink | null>;
  refuseResetLink(proof: Proof): Promise<void>;
  /** Whose account such a link opens. It takes nothing. */
  viewResetLink(token: string): Promise<Person>;
  /** Sets a new password by it, signs in, and shows the next recovery code in `newCode`. */
  reset(by: { token: string; newPassword: string }): Promise<void>;
  /** Sets another password and, where that is chosen, signs every other device out. */
  changePassword(
    proof: Proof,
    change: { newPassword: string; signOutOthers: boolean },
  ): Promise<void>;
  /** Looks again whether there is one. */
  refresh(): Promise<void>;
  list(): Promise<WaysIn>;
  /** Asks for a passkey and signs in with it. */
  signInByPasskey(): Promise<void>;
  /** Lets the browser offer passkeys in the handle's field until the signal is aborted. */
  offerPasskeys(signal: AbortSignal): Promise<void>;
  addPasskey(proof: Proof): Promise<Passkey>;
  renamePasskey(id: PasskeyId, name: string): Promise<Passkey>;
  removePasskey(id: PasskeyId): Promise<void>;
  /** Makes a code in place of the one before, and shows it in `newCode`. */
  makeRecoveryCode(proof: Proof): Promise<void>;
  /** The person has kept the code that is shown. */
  keepRecoveryCode(): Promise<void>;
  /**
   * Begins the account's chain of devices anew with this device, where the one that the server shows
   * cannot be right. Everybody who knew one of its devices is warned.
   */
  beginDevicesAnew(proof: Proof): Promise<void>;
  /** Sets a new password by the code, signs in, and shows the next code in `newCode`. */
  recover(by: { handle: Handle; recoveryCode: RecoveryCode; newPassword: string }): Promise<void>;
}

/** Who is signed in on this device, and a way to become it. */
interface SignsIn {
  readonly signedIn: { readonly id: AccountId } | null;
  setSignedIn(me: Me): void;
}

/** This device's key, which a recovered account does not go on with, and its account's chain. */
interface Recoverable {
  beginAnew(of: AccountId): Promise<void>;
  replaceChain(proof: OwnerProof | null): Promise<void>;
}

/** When the code was made that the person knows of. */
const knownCodeKey = "ringfence.recovery-code-known";

/** A browser is asked again a while before its challenge expires. */
const offeredPart = 0.8;

export class WaysInStore implements WaysIntoAccount {
  readonly #api: ApiClient;
  readonly #platform: PasskeyPlatform;
  readonly #account: SignsIn;
  readonly #storage: Pick<Storage, "getItem" | "setItem">;
  readonly #identity: Recoverable;
  readonly #newCode = new Source<NewCode | null>(null);
  readonly #newerCode = new Source<NewerCode | null>(null);
  readonly #resetLink = new Source<ResetLink | null>(null);

  constructor(
    api: ApiClient,
    platform: PasskeyPlatform,
    parts: {
      account: SignsIn;
      identity: Recoverable;
      storage: Pick<Storage, "getItem" | "setItem">;
    },
  ) {
    this.#api = api;
    this.#platform = platform;
    this.#account = parts.account;
    this.#identity = parts.identity;
    this.#storage = parts.storage;
  }

  get hasPasskeys(): boolean {
    return this.#platform.isThere;
  }

  get newCode(): Observable<NewCode | null> {
    return this.#newCode;
  }

  get newerCode(): Observable<NewerCode | null> {
    return this.#newerCode;
  }

  get resetLink(): Observable<ResetLink | null> {
    return this.#resetLink;
  }

  dismissNewerCode(): void {
    const newer = this.#newerCode.get();
    if (newer !== null) this.#noteKnown(newer.madeAt);
  }

  async refresh(): Promise<void> {
    const of = this.#account.signedIn?.id;
    const { recoveryCode, resetLink } = await this.list();
    if (this.#account.signedIn?.id !== of) return;
    this.#resetLink.set(resetLink);
    if (recoveryCode === null) return;
    const { madeAt, olderUntil } = recoveryCode;
    const isNews = olderUntil !== null && this.#storage.getItem(knownCodeKey) !== String(madeAt);
    this.#newerCode.set(isNews ? { madeAt, olderUntil } : null);
  }

  async #noteOwnCode(): Promise<void> {
    // Not answered: the person is told of what they did themselves.
    const made = await this.list().catch(() => null);
    if (made?.recoveryCode) this.#noteKnown(made.recoveryCode.madeAt);
  }

  #noteKnown(madeAt: number): void {
    this.#newerCode.set(null);
    try {
      this.#storage.setItem(knownCodeKey, String(madeAt));
    } catch {
      // A browser that keeps nothing says it again.
    }
  }

  async keepsPasskeys(): Promise<boolean> {
    return this.hasPasskeys && this.#platform.isBuiltIn();
  }

  list(): Promise<WaysIn> {
    return this.#api.request("listWaysIn", {});
  }

  async signInByPasskey(): Promise<void> {
    const request = await this.#api.request("askForPasskey", { body: {} });
    const assertion = await this.#platform.ask(request);
    this.#account.setSignedIn(await this.#api.request("signInByPasskey", { body: { assertion } }));
  }

  async offerPasskeys(signal: AbortSignal): Promise<void> {
    if (!this.hasPasskeys || !(await this.#platform.isOfferedInFields())) return;
    while (!signal.aborted) {
      const assertion = await this.#offerOnce(signal);
      if (assertion === "cancelled") return;
      if (assertion === "expired") continue;
      const me = await this.#api.request("signInByPasskey", { body: { assertion } });
      this.#account.setSignedIn(me);
      return;
    }
  }

  async #offerOnce(signal: AbortSignal) {
    try {
      const request = await this.#api.request("askForPasskey", { body: {} });
      const expiry = AbortSignal.timeout(Math.floor(request.timeout * offeredPart));
      const offer = this.#platform.offer(request, AbortSignal.any([signal, expiry]));
      return await offer.catch((error: unknown) => {
        if (expiry.aborted && !signal.aborted) return "expired" as const;
        throw error;
      });
    } catch (error) {
      // It is an offer: where it cannot be made, the password is there.
      if (error instanceof PasskeyError || error instanceof ApiError) return "cancelled";
      if (signal.aborted) return "cancelled";
      throw error;
    }
  }

  async addPasskey(proof: Proof): Promise<Passkey> {
    const body = { proof: await this.give(proof) };
    const options = await this.#api.request("beginPasskey", { body });
    const passkey = await this.#platform.make(options);
    return this.#api.request("addPasskey", { body: { passkey } });
  }

  renamePasskey(passkeyId: PasskeyId, name: string): Promise<Passkey> {
    return this.#api.request("renamePasskey", { params: { passkeyId }, body: { name } });
  }

  async removePasskey(passkeyId: PasskeyId): Promise<void> {
    await this.#api.request("removePasskey", { params: { passkeyId } });
  }

  async makeRecoveryCode(proof: Proof): Promise<void> {
    const of = this.#account.signedIn?.id;
    const body = { proof: await this.give(proof) };
    const { recoveryCode } = await this.#api.request("makeRecoveryCode", { body });
    if (of !== undefined) this.show(of, recoveryCode, "asking");
    await this.#noteOwnCode();
  }

  async keepRecoveryCode(): Promise<void> {
    await this.#api.request("keepRecoveryCode", { body: {} });
    this.#newCode.set(null);
  }

  async beginDevicesAnew(proof: Proof): Promise<void> {
    await this.#identity.replaceChain(await this.give(proof));
  }

  async recover(by: Parameters<WaysIntoAccount["recover"]>[0]): Promise<void> {
    await this.#comeBack(await this.#api.request("recoverAccount", { body: by }), "recovery");
  }

  viewResetLink(token: string): Promise<Person> {
    return this.#api.request("viewResetLink", { body: { token } });
  }

  async reset(by: Parameters<WaysIntoAccount["reset"]>[0]): Promise<void> {
    await this.#comeBack(await this.#api.request("resetAccount", { body: by }), "reset");
  }

  async refuseResetLink(proof: Proof): Promise<void> {
    await this.#api.request("refuseResetLink", { body: { proof: await this.give(proof) } });
    this.#resetLink.set(null);
  }

  async changePassword(
    proof: Proof,
    change: Parameters<WaysIntoAccount["changePassword"]>[1],
  ): Promise<void> {
    const given = await this.give(proof);
    if (given === null) throw new Error("A password is changed by the one before, or a passkey.");
    await this.#api.request("changePassword", { body: { proof: given, ...change } });
  }

  async #comeBack(
    { me, recoveryCode }: { me: Me; recoveryCode: RecoveryCode },
    after: NewCode["after"],
  ): Promise<void> {
    this.show(me.id, recoveryCode, after);
    await this.#identity.beginAnew(me.id);
    this.#account.setSignedIn(me);
    await this.#noteOwnCode();
  }

  show(of: AccountId, code: RecoveryCode, after: NewCode["after"]): void {
    this.#newCode.set({ of, code: showRecoveryCode(code), after });
  }

  /** Somebody signed in: the code of anybody else is not for them. */
  begin(account: AccountId): void {
    this.#newCode.update((shown) => (shown?.of === account ? shown : null));
    this.#newerCode.set(null);
    this.#resetLink.set(null);
  }

  /** What the server takes for the person's word. */
  async give(proof: Proof): Promise<OwnerProof | null> {
    if (proof?.type !== "passkey") return proof;
    const request = await this.#api.request("askForPasskey", { body: {} });
    return { type: "passkey", assertion: await this.#platform.ask(request) };
  }
}
