import {
  base64url,
  type Bytes,
  type DeviceSigner,
  type Emoji,
  fromBase64url,
  isLinked,
} from "@ringfence/e2ee";
import type {
  AccountId,
  DeviceId,
  DeviceStatement,
  ErrorCode,
  Handle,
  OwnerProof,
} from "@ringfence/protocol";
import type { ApiClient } from "../api.ts";
import { backoffMs } from "../backoff.ts";
import { ApiError } from "../errors.ts";
import { clientLimits } from "../limits.ts";
import type { Source } from "../observable.ts";
import { type IdentityRecord, ownKey, type Vault } from "../vault/vault.ts";
import { placeOfLink } from "./chain-words.ts";
import { linkedEmoji, linkingEmoji } from "./linking-emoji.ts";
import { OwnChain, type OwnChainState } from "./own-chain.ts";
import type {
  LinkedDevice,
  OwnChainNews,
  OwnDevice,
  OwnDevicesSnapshot,
  WaitingDevice,
} from "./own-devices.ts";
import { makeIdentity, signerOf } from "./web-crypto.ts";

type ReadState = Extract<OwnChainState, { outcome: "read" }>;

export interface OwnDevicesParts {
  api: ApiClient;
  vault: Vault;
  login: LoginHere;
  snapshot: Source<OwnDevicesSnapshot>;
  /** The account was made on this page just now. */
  isNew: boolean;
}

/** Who is signed in, and as which device. */
export interface LoginHere {
  account: AccountId;
  handle: Handle;
  device: DeviceId;
}

/** The devices of one account, from when it signed in on this one until it signs out. */
export class OwnDevicesOfLogin {
  readonly #parts: OwnDevicesParts;
  readonly #chain: Promise<OwnChain>;
  readonly #signer: Promise<DeviceSigner>;
  readonly #emoji = new Map<string, Promise<readonly Emoji[]>>();
  /** The server knows this device's key, or knew it before this page. */
  readonly #isKnown = Promise.withResolvers<void>();
  #latest: ReadState | null = null;
  #checking: Promise<void> = Promise.resolve();
  #isCheckDue = false;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(parts: OwnDevicesParts) {
    const { api, vault, login } = parts;
    this.#parts = parts;
    const key = this.#takeKey();
    this.#signer = key.then(signerOf);
    this.#chain = key.then(
      ({ isFounder = false, ...record }) =>
        new OwnChain({ ...login, api, vault, signer: signerOf(record), isFounder }),
    );
    // Who needs one of them hears of it; a page that needs none goes on.
    this.#signer.catch(() => undefined);
    this.#chain.catch(() => this.#draw({ state: "unavailable" }));
    this.#isKnown.promise.catch(() => undefined);
  }

  /** As `Identity.signer`. */
  async signer(): Promise<DeviceSigner> {
    const signer = await this.#signer;
    await this.#isKnown.promise;
    return signer;
  }

  /** Reads again, and again until the server answers: calls wait for it. */
  async keepTrying(): Promise<void> {
    clearTimeout(this.#retry);
    try {
      await this.refresh();
      this.#failures = 0;
    } catch (error) {
      // A browser that keeps no keys has none later either.
      if (this.#isClosed || !(error instanceof ApiError)) return;
      this.#failures += 1;
      const wait = backoffMs(this.#failures, Math.random(), clientLimits);
      this.#retry = setTimeout(() => void this.keepTrying(), wait);
    }
  }

  /** Reads again. While it is read, asking more than once is asking once more. */
  refresh(): Promise<void> {
    if (this.#isCheckDue) return this.#checking;
    this.#isCheckDue = true;
    this.#checking = this.#checking
      .catch(() => undefined)
      .then(() => {
        this.#isCheckDue = false;
        return this.#check();
      });
    return this.#checking;
  }

  /** @throws ApiError */
  async link(device: WaitingDevice): Promise<void> {
    const isAppended = await this.#append(async (chain, { chain: read, shown }) => {
      const found = shown.devices.find(({ id }) => id === device.id);
      if (read === null || !chain.isIn(read)) throw refused("not-linked", notLinkedSentence);
      // The emoji that were compared are of this key and of no other.
      if (found?.identityKey !== device.identityKey) throw refused("not-found", goneSentence);
      const { identityKey } = device;
      const statement = await chain.statementToLink(read, identityKey, found.linkSignatures);
      return statement === null ? "not-ready" : { statement, links: identityKey, unlinks: null };
    });
    if (isAppended) await this.#changeLinked((keys) => [...keys, device.identityKey]);
    await this.refresh();
  }

  /** As `OwnDevices.dismissLinked`. */
  async dismissLinked({ identityKey }: LinkedDevice): Promise<void> {
    await this.#changeLinked((keys) => keys.filter((key) => key !== identityKey));
    await this.refresh();
  }

  async #changeLinked(change: (keys: readonly string[]) => readonly string[]): Promise<void> {
    const { vault } = this.#parts;
    await vault.update(
      "ownChain",
      ownKey,
      (kept) => kept && { ...kept, justLinked: change(kept.justLinked ?? []) },
    );
  }

  /**
   * Takes a device out of the chain, which signs it out.
   *
   * @param id null: this one
   * @returns whether it was in; where it was not, it is signed in still
   * @throws ApiError
   */
  async unlink(id: DeviceId | null): Promise<boolean> {
    return this.#takeOut(({ devices }, chain) => {
      const found = devices.find(({ isThisOne, ...each }) =>
        id === null ? isThisOne : each.id === id,
      );
      const key = found?.identityKey ?? null;
      // Another device that says it has this one's key has not got it.
      return found?.isThisOne === false && key !== null && chain.isOwnKey(key) ? null : key;
    });
  }

  /** As `OwnDevices.takeOut`. */
  async unlinkKey(identityKey: string): Promise<void> {
    await this.#takeOut(() => identityKey);
    await this.refresh();
  }

  /** As `WaysIntoAccount.beginDevicesAnew`. */
  async beginAnew(proof: OwnerProof | null): Promise<void> {
    await (await this.#chain).beginAnew(proof);
    await this.refresh();
  }

  async #takeOut(
    keyIn: (shown: ReadState["shown"], chain: OwnChain) => string | null,
  ): Promise<boolean> {
    // A browser without a key has none to take out.
    const own = await this.#chain.catch(() => null);
    if (own === null) return false;
    if (this.#latest === null) await this.refresh();
    if (this.#latest === null) return false;
    return this.#append(async (chain, { chain: read, shown }) => {
      const key = keyIn(shown, chain);
      if (key === null || read === null || !chain.isIn(read)) return "nothing";
      const statement = await chain.statementToUnlink(read, key);
      return statement === null ? "nothing" : { statement, links: null, unlinks: key };
    });
  }

  async accept(news: keyof OwnChainNews): Promise<void> {
    const { vault } = this.#parts;
    await vault.update("ownChain", ownKey, (kept) => kept && { ...kept, [news]: false });
    await this.refresh();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#isKnown.reject(new Error("Nobody is signed in on this device any more."));
  }

  async #takeKey(): Promise<IdentityRecord> {
    const { vault, isNew } = this.#parts;
    const [kept, chain] = await Promise.all([
      vault.get("identity", ownKey),
      vault.get("ownChain", ownKey),
    ]);
    if (kept !== undefined && chain?.isLinked === true) this.#isKnown.resolve();
    const made: IdentityRecord = kept ?? { ...(await makeIdentity()), isFounder: isNew };
    // Another tab may have made one meanwhile: the first one counts.
    const record = await vault.update("identity", ownKey, (there) => there ?? made);
    return record ?? made;
  }

  async #check(): Promise<void> {
    const chain = await this.#chain;
    if (this.#isClosed) return;
    const state = await chain.check();
    this.#isKnown.resolve();
    this.#latest = state.outcome === "read" ? state : null;
    if (state.outcome === "faulty") {
      this.#draw({ state: "faulty", fault: state.fault });
      return;
    }
    const signer = await this.#signer;
    this.#draw(await this.#describe(chain, state, signer));
  }

  #draw(snapshot: OwnDevicesSnapshot): void {
    if (!this.#isClosed) this.#parts.snapshot.set(snapshot);
  }

  async #describe(
    own: OwnChain,
    state: ReadState,
    signer: DeviceSigner,
  ): Promise<OwnDevicesSnapshot> {
    const { chain, shown, news } = state;
    const ownIdentityKey = base64url(signer.publicKey);
    const isIn = own.isIn(chain);
    const devices = shown.devices.map((device) => {
      // Another one that says it has this one's key has not got it.
      const isTwin = !device.isThisOne && device.identityKey === ownIdentityKey;
      const identityKey = isTwin ? null : device.identityKey;
      const key = identityKey === null ? null : fromBase64url(identityKey);
      const isItLinked = chain !== null && key !== null && isLinked(chain, key);
      return { ...device, identityKey, isLinked: isItLinked };
    });
    const keys = (chain?.devices ?? []).map(base64url);
    const others = devices.filter(({ isThisOne }) => !isThisOne);
    const waiting = isIn ? others.filter((device) => !device.isLinked) : [];
    return {
      state: "known",
      isLinked: isIn,
      isLastLinked: isIn && !others.some((device) => device.isLinked),
      emoji: isIn ? null : await this.#emojiOf(signer.publicKey),
      devices,
      linkedWith: news.wasLinkedByAnother ? await this.#emojiOfLink(state, ownIdentityKey) : null,
      justLinked: await this.#describeLinked(state, devices),
      waiting: (await Promise.all(waiting.map((device) => this.#withEmoji(device)))).flat(),
      signedInNowhere: keys.filter((key) =>
        devices.every(({ identityKey }) => identityKey !== key),
      ),
      wasBegunAnew: news.wasBegunAnew,
      wasLinkedByAnother: news.wasLinkedByAnother,
    };
  }

  /** Nothing of a device that said no key. */
  async #withEmoji({ id, name, identityKey }: OwnDevice): Promise<WaitingDevice[]> {
    const key = identityKey === null ? null : fromBase64url(identityKey);
    if (identityKey === null || key === null) return [];
    return [{ id, name, identityKey, emoji: await this.#emojiOf(key) }];
  }

  /** The first that has not left. */
  async #describeLinked(
    state: ReadState,
    devices: readonly OwnDevice[],
  ): Promise<LinkedDevice | null> {
    for (const identityKey of state.justLinked) {
      const device = devices.find((each) => each.isLinked && each.identityKey === identityKey);
      const emoji = device && (await this.#emojiOfLink(state, identityKey));
      if (device && emoji) return { identityKey, name: device.name, emoji };
    }
    return null;
  }

  #emojiOf(key: Bytes): Promise<readonly Emoji[]> {
    return this.#workOut(linkingEmoji, key);
  }

  /** Of the chain up to where it links this key; null where it does not. */
  async #emojiOfLink({ chain, shown }: ReadState, key: string): Promise<readonly Emoji[] | null> {
    const hash = chain?.hashes[placeOfLink(key, shown.chain)];
    return hash === undefined ? null : this.#workOut(linkedEmoji, hash);
  }

  /** Once for each: it takes a part of a second. */
  #workOut(emojiOf: typeof linkingEmoji, bytes: Bytes): Promise<readonly Emoji[]> {
    const name = base64url(bytes);
    const known = this.#emoji.get(name) ?? emojiOf(this.#parts.login.handle, bytes);
    this.#emoji.set(name, known);
    return known;
  }

  /**
   * Appends what is made of the chain as it stands, and again where the chain moved meanwhile.
   *
   * @returns false where there was nothing to append
   */
  async #append(
    make: (chain: OwnChain, state: ReadState) => Promise<Appended | "nothing" | "not-ready">,
  ): Promise<boolean> {
    const chain = await this.#chain;
    for (let left: number = clientLimits.chainAppendsMax; left > 0; left--) {
      if (this.#latest === null) await this.refresh();
      const state = this.#latest;
      if (state === null) throw refused("chain-moved", faultySentence);
      const made = await make(chain, state);
      if (made === "nothing") return false;
      this.#latest = null;
      if (made === "not-ready") continue;
      const { statement, ...which } = made;
      try {
        await chain.append(state.shown, statement, which);
        return true;
      } catch (error) {
        if (!(error instanceof ApiError && error.code === "chain-moved")) throw error;
      }
    }
    throw refused("chain-moved", notReadySentence);
  }
}

interface Appended {
  statement: DeviceStatement;
  links: string | null;
  unlinks: string | null;
}

const faultySentence =
  "The server shows a list of your devices that cannot be right. Nothing was changed.";
const notLinkedSentence =
  "This device is not linked itself. Link the other one from a device that is.";
const goneSentence =
  "That device is no longer waiting. If it still asks to be linked, compare the emoji again.";
const notReadySentence =
  "The other device did not answer yet. Open Ringfence on it, then try again.";

function refused(code: ErrorCode, message: string): ApiError {
  return new ApiError(0, { code, message });
}
