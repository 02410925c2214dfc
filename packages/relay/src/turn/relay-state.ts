import type { RelayLimits } from "../limits.ts";
import { asciiBytes } from "../stun/bytes.ts";
import type { StunCrypto } from "../stun/stun-crypto.ts";
import type { Allocation } from "./allocation.ts";
import type { Call } from "./call.ts";
import { type Counters, makeCounters } from "./counters.ts";
import { realm } from "./credential.ts";
import { makePacketQuota, type PacketQuota } from "./packet-quota.ts";
import { makeStrangerLimit, type StrangerLimit } from "./stranger-limit.ts";

/** What a relay is made of, given once at its start. */
export interface RelaySettings {
  readonly crypto: StunCrypto;
  /** RELAY_SECRET as UTF-8. */
  readonly secret: Uint8Array;
  readonly limits: RelayLimits;
  /** Whether no application says which calls live: every call does then, and each is joined. */
  readonly isAlone: boolean;
}

/** Everything that a relay knows. */
export interface RelayState extends RelaySettings {
  /** By the key of the five-tuple: one look per packet. */
  readonly allocations: Map<string, Allocation>;
  readonly calls: Map<string, Call>;
  /** How many calls were ever declared. */
  declarations: number;
  /** How many were when each connection was last asked for its list. */
  readonly asked: Map<string, number>;
  /** Ended calls, and until when (Unix time in milliseconds) to remember that they ended. */
  readonly ended: Map<string, number>;
  /** How many allocations each source has. */
  readonly sources: Map<string, number>;
  readonly strangers: StrangerLimit;
  /** What all senders together may still send on. */
  readonly quota: PacketQuota;
  readonly counters: Counters;
  /** Whether it takes no new calls any more. It never does again. */
  isDraining: boolean;
  /** What nonces are made with. It dies with the relay, and so do the nonces. */
  readonly nonceKey: Uint8Array;
  readonly realm: Uint8Array;
  /** The transaction ids of indications: 8 random bytes, and a count that makes them differ. */
  readonly indicationPrefix: Uint8Array;
  indications: number;
}

export function makeRelayState(settings: RelaySettings): RelayState {
  const { crypto, limits } = settings;
  return {
    ...settings,
    allocations: new Map(),
    calls: new Map(),
    declarations: 0,
    asked: new Map(),
    ended: new Map(),
    sources: new Map(),
    counters: makeCounters(),
    strangers: makeStrangerLimit(limits, crypto.randomBytes(4)),
    quota: makePacketQuota(),
    isDraining: false,
    nonceKey: crypto.randomBytes(32),
    realm: asciiBytes(realm),
    indicationPrefix: crypto.randomBytes(8),
    indications: 0,
  };
}
