import type { Bytes, DeviceSigner, IdentityVerdict } from "@ringfence/e2ee";
import type { AccountId, DeviceChain, DeviceId, Handle, OwnerProof } from "@ringfence/protocol";
import type { ApiClient } from "../api.ts";
import { ApiError } from "../errors.ts";
import { Source } from "../observable.ts";
import { type OpenVault, ownKey, type Vault } from "../vault/vault.ts";
import type { Identity, RememberedPerson } from "./identity.ts";
import type {
  LinkedDevice,
  OwnChainNews,
  OwnDevices,
  OwnDevicesSnapshot,
  WaitingDevice,
} from "./own-devices.ts";
import { type LoginHere, OwnDevicesOfLogin } from "./own-devices-store.ts";
import { PeopleMemory } from "./people-memory.ts";
import { webCrypto } from "./web-crypto.ts";

/** What this profile has of the account that is signed in. */
interface Standing {
  readonly account: Handle;
  readonly vault: Vault;
  readonly people: PeopleMemory;
  readonly devices: OwnDevicesOfLogin;
}

/** Who is signed in here, by which key, and whom they know. */
export class IdentityStore implements Identity, OwnDevices {
  readonly crypto = webCrypto;
  readonly people = new Source<readonly RememberedPerson[]>([]);
  readonly snapshot = new Source<OwnDevicesSnapshot>({ state: "loading" });
  readonly #api: ApiClient;
  readonly #openVault: OpenVault;
  #standing: Standing | null = null;

  constructor(api: ApiClient, openVault: OpenVault) {
    this.#api = api;
    this.#openVault = openVault;
  }

  get account(): Handle {
    return this.#signedIn().account;
  }

  get vault(): Vault {
    return this.#signedIn().vault;
  }

  get keepsKeys(): boolean {
    return this.snapshot.get().state !== "unavailable";
  }

  /**
   * Somebody signed in.
   *
   * @param isNew they made the account on this page, so that no device of it was there before
   */
  begin(login: LoginHere, isNew: boolean): void {
    this.clear();
    const { account, handle } = login;
    const vault = this.#openVault(account);
    const people = new PeopleMemory(vault, this.people, Date.now);
    const { snapshot } = this;
    const devices = new OwnDevicesOfLogin({ api: this.#api, vault, login, snapshot, isNew });
    this.#standing = { account: handle, vault, people, devices };
    // A browser that keeps nothing remembers nobody; its own devices say so.
    people.load().catch(() => undefined);
  }

  /** Nobody is signed in any more. What the vault has stays for when they come back. */
  clear(): void {
    this.#standing?.devices.close();
    this.#standing?.vault.close();
    this.#standing = null;
    this.people.set([]);
    this.snapshot.set({ state: "loading" });
  }

  /** The server may have something new of the account's devices. */
  hear(): void {
    void this.#standing?.devices.keepTrying();
  }

  async signer(): Promise<DeviceSigner> {
    return this.#signedIn().devices.signer();
  }

  async judge(handle: Handle, chain: DeviceChain, device: Bytes): Promise<IdentityVerdict> {
    return this.#signedIn().people.judge(handle, chain, device);
  }

  async remember(handle: Handle, chain: DeviceChain, device: Bytes): Promise<void> {
    await this.#signedIn().people.remember(handle, chain, device);
  }

  async markCompared(handle: Handle, chain: DeviceChain, device: Bytes): Promise<void> {
    const { people, vault } = this.#signedIn();
    await people.markCompared(handle, chain, device);
    keep(vault);
  }

  async forget(handle: Handle): Promise<void> {
    await this.#signedIn().people.forget(handle);
  }

  async link(device: WaitingDevice): Promise<void> {
    const { devices, vault } = this.#signedIn();
    await devices.link(device);
    keep(vault);
  }

  async dismissLinked(device: LinkedDevice): Promise<void> {
    await this.#signedIn().devices.dismissLinked(device);
  }

  async takeOut(identityKey: string): Promise<void> {
    await this.#signedIn().devices.unlinkKey(identityKey);
  }

  async accept(news: keyof OwnChainNews): Promise<void> {
    await this.#signedIn().devices.accept(news);
  }

  async refresh(): Promise<void> {
    await this.#standing?.devices.refresh();
  }

  /**
   * Takes a device of the account out of its chain, which signs it out.
   *
   * @returns false where it was not in: it is signed in still
   * @throws ApiError
   */
  async unlink(device: DeviceId): Promise<boolean> {
    return (await this.#standing?.devices.unlink(device)) ?? false;
  }

  /** The same for this device, as far as that can be: whoever leaves is not held up. */
  async leave(): Promise<boolean> {
    try {
      return (await this.#standing?.devices.unlink(null)) ?? false;
    } catch (error) {
      if (error instanceof ApiError) return false;
      throw error;
    }
  }

  /** As `WaysIntoAccount.beginDevicesAnew`. */
  async replaceChain(proof: OwnerProof | null): Promise<void> {
    await this.#signedIn().devices.beginAnew(proof);
  }

  /**
   * The account was recovered in this profile, which may be somebody else's now: the key and the chain
   * of before count no more, and the next sign-in begins anew. Whom it met stays.
   */
  async beginAnew(account: AccountId): Promise<void> {
    const vault = this.#openVault(account);
    try {
      await vault.delete("ownChain", ownKey);
      await vault.delete("identity", ownKey);
    } catch (error) {
      // The code is used up: who holds it comes in, whatever this browser keeps.
      console.warn("The key that this browser kept for the account could not be removed.", error);
    } finally {
      vault.close();
    }
  }

  /**
   * The person signs out here, or deletes the account: nothing of it stays in this profile.
   *
   * @returns removes it, once that is done
   */
  takeTraces(): () => Promise<void> {
    const standing = this.#standing;
    return async () => {
      standing?.devices.close();
      try {
        await standing?.vault.destroy();
      } catch (error) {
        console.warn("What this browser kept for the account could not be removed.", error);
      }
    };
  }

  #signedIn(): Standing {
    if (this.#standing === null) throw new Error("Nobody is signed in.");
    return this.#standing;
  }
}

/** From now on it has what a person would have to compare again. */
function keep(vault: Vault): void {
  // Refused, it is kept as long as there is room.
  vault.keep().catch(() => undefined);
}
