import {
  base64url,
  beginChain,
  type DeviceChain,
  type DeviceSigner,
  fromBase64url,
  isLinked,
  relationOf,
  rememberChain,
  removeDevice,
  type SignedStatement,
  statementToAdd,
} from "@ringfence/e2ee";
import type {
  DeviceStatement,
  Handle,
  LinkSignature,
  OwnDevices as ShownDevices,
} from "@ringfence/protocol";
import type { ApiClient } from "../api.ts";
import { ApiError } from "../errors.ts";
import { clientLimits } from "../limits.ts";
import { ownKey, type Vault } from "../vault/vault.ts";
import type { OwnChainFault } from "./own-devices.ts";
import { readChain } from "./read-chain.ts";
import { randomBytes, webCrypto } from "./web-crypto.ts";

const chainNonceBytes = 16;

/** What the server showed, and what this device made of it. */
export type OwnChainState =
  | { outcome: "faulty"; fault: OwnChainFault }
  | {
      outcome: "read";
      /** Null: no device has begun one. */
      chain: DeviceChain | null;
      wasBegunAnew: boolean;
      shown: ShownDevices;
    };

export interface OwnChainParts {
  api: ApiClient;
  vault: Vault;
  handle: Handle;
  signer: DeviceSigner;
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
   * Reads the chain. Where no device of the account is linked this one begins the next; where one is,
   * and it is not this, it asks to be linked.
   */
  async check(): Promise<OwnChainState> {
    const { api } = this.#parts;
    let shown = await api.request("getDeviceChain", {});
    for (let left: number = clientLimits.chainStepsMax; ; left--) {
      const state = await this.#read(shown);
      if (state.outcome === "faulty" || left === 0) return state;
      const isIn = this.isIn(state.chain);
      const head = base64url(state.chain?.hashes.at(-1) ?? new Uint8Array());
      const asks = !isIn && this.#askedAt !== head;
      if (asks || !this.#isKnownIn(shown)) {
        shown = await this.#putKey(isIn ? null : state.chain);
        this.#askedAt = isIn ? null : head;
      } else if (isIn || !shown.mayBegin) return state;
      else {
        await this.#beginUnlessMoved(shown.generation + 1);
        shown = await api.request("getDeviceChain", {});
      }
    }
  }

  isIn(chain: DeviceChain | null): boolean {
    return chain !== null && isLinked(chain, this.#parts.signer.publicKey);
  }

  /** @returns what links a device at the head of the chain; null where it has not signed for that itself */
  async statementToLink(
    chain: DeviceChain,
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

  /** @returns null where the chain has no such device */
  async statementToUnlink(
    chain: DeviceChain,
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

  async #putKey(chainToJoin: DeviceChain | null): Promise<ShownDevices> {
    const linkSignatures = await this.#linkSignatures(chainToJoin);
    const body = { identityKey: this.#ownKey, linkSignatures };
    return this.#parts.api.request("putIdentityKey", { body });
  }

  /** Signs beforehand what each linked device would have to, so that any of them links in one step. */
  async #linkSignatures(chain: DeviceChain | null): Promise<LinkSignature[]> {
    const { signer } = this.#parts;
    if (chain === null) return [];
    return Promise.all(
      chain.devices.map(async (by) => ({
        by: base64url(by),
        signature: base64url(await signer.sign(statementToAdd(chain, by, signer.publicKey))),
      })),
    );
  }

  async #beginUnlessMoved(generation: number): Promise<void> {
    const { api, vault, handle, signer } = this.#parts;
    const begun = inWords(await beginChain(handle, signer, randomBytes(chainNonceBytes)));
    const read = await readChain(handle, [begun]);
    if (read.outcome === "invalid") throw new TypeError(`a chain of ours is ${read.fault}`);
    try {
      await api.request("appendToDeviceChain", {
        body: { generation, position: 0, statement: begun, links: this.#ownKey, unlinks: null },
      });
    } catch (error) {
      if (error instanceof ApiError && error.code === "chain-moved") return;
      throw error;
    }
    // Its own doing: nothing to tell the person of.
    const memory = rememberChain(read.chain);
    await vault.update("ownChain", ownKey, () => ({
      memory,
      isLinked: true,
      wasBegunAnew: false,
    }));
  }

  /** Beside what is remembered, which only grows, but for a chain that began anew. */
  async #read(shown: ShownDevices): Promise<OwnChainState> {
    const { vault, handle } = this.#parts;
    if (shown.chain.length === 0) {
      if ((await vault.get("ownChain", ownKey)) !== undefined) return faulty("shorter");
      return { outcome: "read", chain: null, wasBegunAnew: false, shown };
    }
    const read = await readChain(handle, shown.chain);
    if (read.outcome === "invalid") return faulty("broken");
    const { chain } = read;
    let fault: OwnChainFault | null = null;
    const kept = await vault.update("ownChain", ownKey, (before) => {
      const relation = before === undefined ? "longer" : relationOf(before.memory, chain);
      fault = relation === "shorter" || relation === "forked" ? relation : null;
      if (fault !== null) return before;
      return {
        memory: rememberChain(chain),
        isLinked: this.isIn(chain),
        wasBegunAnew: before?.wasBegunAnew === true || relation === "another",
      };
    });
    if (fault !== null) return faulty(fault);
    return { outcome: "read", chain, wasBegunAnew: kept?.wasBegunAnew === true, shown };
  }
}

function faulty(fault: OwnChainFault): OwnChainState {
  return { outcome: "faulty", fault };
}

function inWords({ statement, signatures }: SignedStatement): DeviceStatement {
  return { statement: base64url(statement), signatures: signatures.map(base64url) };
}
