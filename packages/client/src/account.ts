import type {
  AccountId,
  Device,
  DeviceId,
  Me,
  OwnerProof,
  RecoveryCode,
  SignIn,
  SignUp,
} from "@ringfence/protocol";
import type { ApiClient } from "./api.ts";
import { ApiError, isShutOut } from "./errors.ts";
import { clientLimits } from "./limits.ts";
import { type Observable, Source } from "./observable.ts";
import type { Page } from "./page.ts";
import type { Proof } from "./ways-in/ways-in.ts";

export type AccountSnapshot =
  | { state: "loading" }
  /** `wasReset`: by a link of the operator's, which set a new password. */
  | { state: "signed-out"; wasReset?: true }
  /** Whoever runs the server has suspended the account. It is asked again by itself. */
  | { state: "suspended" }
  | { state: "signed-in"; me: SignedIn }
  /** The server did not answer, so that nobody knows. It is asked again by itself. */
  | { state: "unreachable" };

/** The settings are `callSettings` of the client: there is one copy of them. */
export type SignedIn = Omit<Me, "callSettings">;

/** Who is signed in on this device. Every method throws `ApiError`. */
export interface Account {
  readonly snapshot: Observable<AccountSnapshot>;
  /** Whether this browser may create an account here, by itself or by an invitation. */
  readSignUpRule(): Promise<SignUpRule>;
  signUp(signUp: SignUp): Promise<void>;
  signIn(signIn: SignIn): Promise<void>;
  /** @returns the path within this app that the link leads to */
  signInByLink(token: string): Promise<{ goTo: string }>;
  signOut(): Promise<void>;
  deleteAccount(proof: Proof): Promise<void>;
  /** Looks at once whether the account is suspended still. */
  check(): Promise<void>;
  listDevices(): Promise<Device[]>;
  signOutDevice(id: DeviceId): Promise<void>;
}

export type SignUpRule = "open" | "invite" | "closed";

interface AccountHandlers {
  /** Also when another account took the place of the one before, in another tab. */
  onSignedIn(me: Me, how: { isNew: boolean }): void;
  onSignedOut(): void;
  /** A linked device leaves its account's chain, which signs it out; false where there is nothing to leave. */
  leave(device: DeviceId | "this"): Promise<boolean>;
  /**
   * The person wants nothing of the account to stay in this browser.
   *
   * @returns removes it, also when nobody is signed in any more by then
   */
  takeTraces(): () => Promise<void>;
  /** What the server takes for the person's word. */
  prove(proof: Proof): Promise<OwnerProof | null>;
  /** The new account's recovery code, which the server tells this once. Before `onSignedIn`. */
  onRecoveryCode(of: AccountId, code: RecoveryCode): void;
}

export class AccountStore implements Account {
  readonly #api: ApiClient;
  readonly #handlers: AccountHandlers;
  readonly #snapshot = new Source<AccountSnapshot>({ state: "loading" });
  #retry: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(api: ApiClient, page: Page, handlers: AccountHandlers, signal: AbortSignal) {
    this.#api = api;
    this.#handlers = handlers;
    api.onShutOut = (why) => {
      if (why === "account-suspended") this.setSuspended();
      else this.setSignedOut({ wasReset: why === "account-reset" });
    };
    // Another tab of this profile shares the login: it may have signed in, out or as another.
    for (const event of ["shown", "online"] as const) {
      page.on(event, () => void this.check(), signal);
    }
    signal.addEventListener("abort", () => {
      this.#isClosed = true;
      clearTimeout(this.#retry);
    });
  }

  get snapshot(): Observable<AccountSnapshot> {
    return this.#snapshot;
  }

  get signedIn(): SignedIn | null {
    const snapshot = this.#snapshot.get();
    return snapshot.state === "signed-in" ? snapshot.me : null;
  }

  /** Asks the server whose login this device has. */
  async check(): Promise<void> {
    clearTimeout(this.#retry);
    try {
      this.setSignedIn(await this.#api.request("getMe", {}));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.#isClosed) return;
      // A refusal of the login has been heard by `onShutOut`. Of anything else nothing follows for
      // somebody of whom it is known how they stand.
      const { state } = this.#snapshot.get();
      if (state === "suspended") this.#checkAfter(clientLimits.suspendedCheckMs);
      if (isShutOut(error.code) || state === "signed-in" || state === "suspended") return;
      this.#snapshot.set({ state: "unreachable" });
      this.#checkAfter(clientLimits.reconnectMaxMs);
    }
  }

  /** The live connection was refused: the server says why to whoever asks. */
  lostLogin(): void {
    this.setSignedOut();
    void this.check();
  }

  setSignedOut({ wasReset } = { wasReset: false }): void {
    const before = this.#snapshot.get();
    if (this.#isClosed || (before.state === "signed-out" && !wasReset)) return;
    this.#snapshot.set(wasReset ? { state: "signed-out", wasReset } : { state: "signed-out" });
    if (before.state !== "signed-out") this.#handlers.onSignedOut();
  }

  /** What this browser has of the account stays, for when it is opened again. */
  setSuspended(): void {
    if (this.#isClosed || this.#snapshot.get().state === "suspended") return;
    this.#snapshot.set({ state: "suspended" });
    this.#handlers.onSignedOut();
    this.#checkAfter(clientLimits.suspendedCheckMs);
  }

  #checkAfter(waitMs: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.check(), waitMs);
  }

  async readSignUpRule(): Promise<SignUpRule> {
    return (await this.#api.request("getServer", {})).signUp;
  }

  async signUp(signUp: SignUp): Promise<void> {
    const { me, recoveryCode } = await this.#api.request("createAccount", { body: signUp });
    this.#handlers.onRecoveryCode(me.id, recoveryCode);
    this.setSignedIn(me, { isNew: true });
  }

  async signIn(signIn: SignIn): Promise<void> {
    this.setSignedIn(await this.#api.request("signIn", { body: signIn }));
  }

  async signInByLink(token: string): Promise<{ goTo: string }> {
    const { me, goTo } = await this.#api.request("signInByLink", { body: { token } });
    this.setSignedIn(me);
    return { goTo };
  }

  async signOut(): Promise<void> {
    const removeTraces = this.#handlers.takeTraces();
    try {
      if (!(await this.#handlers.leave("this"))) await this.#api.request("signOut", {});
    } catch (error) {
      // Another device was quicker to sign this one out: what it keeps goes all the same.
      if (!(error instanceof ApiError && error.code === "not-signed-in")) throw error;
    }
    await removeTraces();
    this.setSignedOut();
  }

  async deleteAccount(proof: Proof): Promise<void> {
    const removeTraces = this.#handlers.takeTraces();
    const given = await this.#handlers.prove(proof);
    if (given === null) return;
    await this.#api.request("deleteAccount", { body: { proof: given } });
    await removeTraces();
    this.setSignedOut();
  }

  async listDevices(): Promise<Device[]> {
    return (await this.#api.request("listDevices", {})).devices;
  }

  async signOutDevice(id: DeviceId): Promise<void> {
    if (await this.#handlers.leave(id)) return;
    await this.#api.request("signOutDevice", { params: { deviceId: id } });
  }

  setSignedIn(signedIn: Me, how = { isNew: false }): void {
    if (this.#isClosed) return;
    const { callSettings: _, ...me } = signedIn;
    const before = this.#snapshot.get();
    if (before.state === "signed-in") {
      if (before.me.id === me.id && before.me.deviceId === me.deviceId) return;
      this.#handlers.onSignedOut();
    }
    this.#snapshot.set({ state: "signed-in", me });
    this.#handlers.onSignedIn(signedIn, how);
  }
}
