import type { Bytes, ChainMemory, PersonMemory } from "@ringfence/e2ee";
import type { DeviceChain, Handle } from "@ringfence/protocol";
import type { KeptAgreement } from "../calls/kept-agreement.ts";
import type { OwnChainNews } from "../identity/own-devices.ts";
import type { KeptReceipt } from "../receipt/kept-receipt.ts";

/**
 * What this browser profile keeps for one account and no server has: its identity key, whom it met
 * by which key, and what it knows of its calls. Only the person empties it: a server that could would
 * make everybody a stranger again, by saying that nobody is signed in.
 */
export interface Vault {
  get<Name extends Shelf>(shelf: Name, key: string): Promise<Shelves[Name] | undefined>;
  list<Name extends Shelf>(shelf: Name): Promise<Shelves[Name][]>;
  /**
   * Reads and writes in one step, whatever another tab does meanwhile.
   *
   * @param change gives what is there from now on; it waits for nothing. Undefined: nothing is.
   * @returns what is there now
   */
  update<Name extends Shelf>(
    shelf: Name,
    key: string,
    change: (kept: Shelves[Name] | undefined) => Shelves[Name] | undefined,
  ): Promise<Shelves[Name] | undefined>;
  delete(shelf: Shelf, key: string): Promise<void>;
  /** Asks the browser not to empty it by itself when room runs short. It may ask the person. */
  keep(): Promise<void>;
  /** Takes everything out, for good. */
  destroy(): Promise<void>;
  close(): void;
}

/** @param account whose vault: each account of a profile has its own */
export type OpenVault = (account: string) => Vault;

/** What stands where. `identity` and `ownChain` have one entry each, `ownKey`. */
export interface Shelves {
  identity: IdentityRecord;
  ownChain: OwnChainRecord;
  /** By handle. */
  people: PersonRecord;
  /** By call id: as long as the call goes on. */
  agreements: KeptAgreement;
  /** By call id. */
  receipts: KeptReceipt;
  /** One entry, `ownKey`. */
  choices: ChoicesRecord;
}

export type Shelf = keyof Shelves;
export const shelves = [
  "identity",
  "ownChain",
  "people",
  "agreements",
  "receipts",
  "choices",
] as const satisfies readonly Shelf[];
export const ownKey = "own";

export interface IdentityRecord {
  /** Ed25519. The private half cannot be read, by this page either. */
  readonly keys: CryptoKeyPair;
  readonly publicKey: Bytes;
  /** Made where the account was: nobody else can have begun its chain. */
  readonly isFounder?: boolean;
}

/** What this person chose on this device, whatever a server says they did. */
interface ChoicesRecord {
  readonly callRecordDays: number;
}

interface OwnChainRecord extends OwnChainNews {
  readonly memory: ChainMemory;
  /** As it came, so that this device can give it back to a server that lost the end of it. */
  readonly statements: DeviceChain;
  /** Whether this device was in the chain when it last looked. */
  readonly isLinked: boolean;
  /** Keys that this device linked, until its person has compared what those believe. */
  readonly justLinked?: readonly string[];
}

export interface PersonRecord extends PersonMemory {
  readonly handle: Handle;
  /** Unix time in milliseconds. */
  readonly metAt: number;
  /** The last time; null where never. */
  readonly comparedAt: number | null;
}
