import {
  base64url,
  beginChain,
  type DeviceChain as ReadDeviceChain,
  type DeviceSigner,
  fromBase64url,
  isLinked,
  relationOf,
  rememberChain,
  removeDevice,
  statementToAdd,
} from "@ringfence/e2ee";
import {
  type AccountId,
  type DeviceChain,
  type DeviceId,
  type DeviceStatement,
  type Handle,
  identityKeyProof,
  type LinkSignature,
  type OwnerProof,
  type OwnDevices as ShownDevices,
} from "@ringfence/protocol";
import type { ApiClient } from "../api.ts";
import { ApiError } from "../errors.ts";
import { clientLimits } from "../limits.ts";
import { ownKey, type Vault } from "../vault/vault.ts";
import { inWords, isBeginningOf, isBegunBy, keysIn } from "./chain-words.ts";
import type { OwnChainFault, OwnChainNews } from "./own-devices.ts";
import { readChain } from "./read-chain.ts";
import { randomBytes, webCrypto } from "./web-crypto.ts";

const chainNonceBytes = 16;

/** What the server showed, and what this device made of it. */
export type OwnChainState =
  | { outcome: "faulty"; fault: OwnChainFault; isUnreadable?: boolean }
  | {
      outcome: "read";
      /** Null: no device has begun one. */
      chain: ReadDeviceChain | null;
      news: OwnChainNews;
      /** Keys of devices that this one linked, and whose person has not compared yet. */
      justLinked: readonly string[];
      shown: ShownDevices;
    };

interface OwnChainParts {
  api: ApiClient;
  vault: Vault;
  account: AccountId;
  handle: Handle;
  device: DeviceId;
  signer: DeviceSigner;
  /** The account was made with this key: a chain that began with another is nobody's it knows. */
  isFounder: boolean;
}

/** Reads this account's own chain by the rules that everybody else's is read by, and appends to it. */
export class OwnChain {
  readonly #parts: OwnChainParts;
  readonly #ownKey: string;
  /** The head of the chain at which this device last asked to be linked; null where it has not. */
  #askedAt: string | null = null;

  constructor(parts: OwnChainParts) {
    this.#parts = parts;
    this.#ownKey = base64url(parts.signer.publicKey);
  }

  /**
   * Reads the chain. Where no device of the account is linked this one begins the next, also in the
   * place of one that nobody can go on from; where one is, and it is not this, it asks to be linked.
   */
  async check(): Promise<OwnChainState> {
    const { api } = this.#parts;
    let shown = await api.request("getDeviceChain", {});
    for (let left: number = clientLimits.chainStepsMax; ; left--) {
      const state = await this.#read(shown);
      if (state.outcome === "behind") {
        if (left === 0 || !(await this.#giveBack(shown, state.missing))) return faulty("shorter");
        shown = await api.request("getDeviceChain", {});
        continue;
      }
      if (left === 0 || (state.outcome === "faulty" && !mayReplace(state, shown))) {
        return state;
      }
      const chain = state.outcome === "read" ? state.chain : null;
      const isIn = this.isIn(chain);
      const head = base64url(chain?.hashes.at(-1) ?? new Uint8Array());
      const asks = !isIn && this.#askedAt !== head;
      if (asks || !this.#isKnownIn(shown)) {
        shown = await this.#putKey(isIn ? null : chain);
        this.#askedAt = isIn ? null : head;
      } else if (!shown.mayBegin) return state;
      else {
        const wasSpoiled = state.outcome === "faulty";
        await this.#beginUnlessMoved(shown.generation + 1, wasSpoiled);
        shown = await api.request("getDeviceChain", {});
      }
    }
  }

  isIn(chain: ReadDeviceChain | null): boolean {
    return chain !== null && isLinked(chain, this.#parts.signer.publicKey);
  }

  /** @returns what links a device at the head of the chain; null where it has not signed for that itself */
  async statementToLink(
    chain: ReadDeviceChain,
    identityKey: string,
    linkSignatures: readonly LinkSignature[],
  ): Promise<DeviceStatement | null> {
    const { signer } = this.#parts;
    const key = fromBase64url(identityKey);
    const theirs = linkSignatures.find(({ by }) => by === this.#ownKey);
    const signature = theirs === undefined ? null : fromBase64url(theirs.signature);
    if (key === null || signature === null) return null;
    const statement = statementToAdd(chain, signer.publicKey, key);
    if (!(await webCrypto.verifyEd25519(key, signature, statement))) return null;
    return inWords({ statement, signatures: [await signer.sign(statement), signature] });
  }

  isOwnKey(identityKey: string): boolean {
    return identityKey === this.#ownKey;
  }

  /** @returns null where the chain has no such device */
  async statementToUnlink(
    chain: ReadDeviceChain,
    identityKey: string,
  ): Promise<DeviceStatement | null> {
    const key = fromBase64url(identityKey);
    if (key === null || !isLinked(chain, key)) return null;
    return inWords(await removeDevice(chain, this.#parts.signer, key));
  }

  /** @param which keys the statement puts in or takes out, for the server's own list */
  async append(
    { generation, chain }: ShownDevices,
    statement: DeviceStatement,
    which: { links: string | null; unlinks: string | null },
  ): Promise<void> {
    await this.#parts.api.request("appendToDeviceChain", {
      body: { generation, position: chain.length, statement, ...which },
    });
  }

  /** Whether the server knows which key this device has. */
  #isKnownIn({ devices }: ShownDevices): boolean {
    return devices.some((device) => device.isThisOne && device.identityKey === this.#ownKey);
  }

  async #putKey(chainToJoin: ReadDeviceChain | null): Promise<ShownDevices> {
    const { account, api, device, signer } = this.#parts;
    const linkSignatures = await this.#linkSignatures(chainToJoin);
    const text = new TextEncoder().encode(identityKeyProof(account, device));
    const proof = base64url(await signer.sign(text));
    const body = { identityKey: this.#ownKey, proof, linkSignatures };
    return api.request("putIdentityKey", { body });
  }

  /** Signs beforehand what each linked device would have to, so that any of them links in one step. */
  async #linkSignatures(chain: ReadDeviceChain | null): Promise<LinkSignature[]> {
    const { signer } = this.#parts;
    if (chain === null) return [];
    return Promise.all(
      chain.devices.map(async (by) => ({
        by: base64url(by),
        signature: base64url(await signer.sign(statementToAdd(chain, by, signer.publicKey))),
      })),
    );
  }

  /** @returns false where the server does not take it: this device may not be on its list any more */
  async #giveBack({ generation, chain }: ShownDevices, missing: DeviceChain): Promise<boolean> {
    let position = chain.length;
    const to = position === 0 ? generation + 1 : generation;
    try {
      for (const statement of missing) {
        const which = keysIn(statement);
        const body = { generation: to, position, statement, ...which };
        await this.#parts.api.request("appendToDeviceChain", { body });
        position += 1;
      }
      return true;
    } catch (error) {
      // Another device gave it back meanwhile.
      if (error instanceof ApiError && error.code === "chain-moved") return true;
      if (error instanceof ApiError && error.code === "not-linked") return false;
      throw error;
    }
  }

  /**
   * Begins the next chain in the place of whatever the server shows, as the person wants it.
   *
   * @throws ApiError `proof-needed`, `wrong-password`, `passkey-refused`, `chain-moved`
   */
  async beginAnew(proof: OwnerProof | null): Promise<void> {
    const { api } = this.#parts;
    let shown = await api.request("getDeviceChain", {});
    if (!this.#isKnownIn(shown)) shown = await this.#putKey(null);
    const statement = await this.#beginning();
    const generation = shown.generation + 1;
    await api.request("beginDevicesAnew", {
      body: { proof, generation, statement, links: this.#ownKey },
    });
    await this.#keepBeginning(statement, false);
  }

  /** @param wasSpoiled somebody made it necessary, and the person shall hear of it */
  async #beginUnlessMoved(generation: number, wasSpoiled: boolean): Promise<void> {
    const statement = await this.#beginning();
    try {
      await this.#parts.api.request("appendToDeviceChain", {
        body: { generation, position: 0, statement, links: this.#ownKey, unlinks: null },
      });
    } catch (error) {
      if (error instanceof ApiError && error.code === "chain-moved") return;
      throw error;
    }
    await this.#keepBeginning(statement, wasSpoiled);
  }

  async #beginning(): Promise<DeviceStatement> {
    const { handle, signer } = this.#parts;
    return inWords(await beginChain(handle, signer, randomBytes(chainNonceBytes)));
  }

  async #keepBeginning(begun: DeviceStatement, wasSpoiled: boolean): Promise<void> {
    const { vault, handle } = this.#parts;
    const read = await readChain(handle, [begun]);
    if (read.outcome === "invalid") throw new TypeError(`a chain of ours is ${read.fault}`);
    const memory = rememberChain(read.chain);
    await vault.update("ownChain", ownKey, () => ({
      memory,
      statements: [begun],
      isLinked: true,
      wasBegunAnew: wasSpoiled,
      wasLinkedByAnother: false,
    }));
  }

  /** Beside what is remembered, which only grows, but for a chain that began anew. */
  async #read(shown: ShownDevices): Promise<OwnChainState | Behind> {
    const { vault, handle, isFounder } = this.#parts;
    if (shown.chain.length === 0) {
      const before = await vault.get("ownChain", ownKey);
      if (before !== undefined) return { outcome: "behind", missing: before.statements };
      return { outcome: "read", chain: null, news: noNews, justLinked: [], shown };
    }
    const read = await readChain(handle, shown.chain);
    if (read.outcome === "invalid") {
      return { outcome: "faulty", fault: "broken", isUnreadable: true };
    }
    const { chain } = read;
    const isLinkedNow = this.isIn(chain);
    const isOwn = isBegunBy(this.#ownKey, shown.chain);
    let fault: OwnChainFault | null = null;
    const kept = await vault.update("ownChain", ownKey, (before) => {
      if (before === undefined && isFounder && !isOwn) {
        fault = "broken";
        return before;
      }
      const relation = before === undefined ? "longer" : relationOf(before.memory, chain);
      fault = relation === "shorter" || relation === "forked" ? relation : null;
      if (fault !== null) return before;
      return {
        memory: rememberChain(chain),
        statements: shown.chain,
        isLinked: isLinkedNow,
        justLinked: relation === "another" ? [] : (before?.justLinked ?? []),
        // The answer to its own beginning may have been lost: that is nothing to tell of.
        wasBegunAnew: before?.wasBegunAnew === true || (relation === "another" && !isOwn),
        wasLinkedByAnother:
          isLinkedNow &&
          (before?.wasLinkedByAnother === true || (before?.isLinked !== true && !isOwn)),
      };
    });
    if (fault === "shorter" && kept !== undefined && isBeginningOf(kept.statements, shown.chain)) {
      return { outcome: "behind", missing: kept.statements.slice(shown.chain.length) };
    }
    if (fault !== null) return faulty(fault);
    const { justLinked = [] } = kept ?? {};
    return { outcome: "read", chain, news: kept ?? noNews, justLinked, shown };
  }
}

const noNews: OwnChainNews = { wasBegunAnew: false, wasLinkedByAnother: false };

/** A chain that no device can go on from gives way where one may begin. */
function mayReplace({ isUnreadable }: { isUnreadable?: boolean }, { mayBegin }: ShownDevices) {
  return mayBegin && isUnreadable === true;
}

/** The server has the beginning of what this device saw: an older copy of its database, or it hides the rest. */
interface Behind {
  outcome: "behind";
  missing: DeviceChain;
}

function faulty(fault: OwnChainFault): OwnChainState {
  return { outcome: "faulty", fault };
}
