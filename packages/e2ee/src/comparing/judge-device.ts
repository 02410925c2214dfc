import { type Bytes, includesBytes, sameBytes } from "../bytes.ts";
import { type ChainMemory, relationOf } from "../devices/chain-memory.ts";
import {
  type ChainFault,
  type DeviceChain,
  isLinked,
  type ReadChain,
} from "../devices/device-chain.ts";

/** What this device remembers of a person's devices: its own memory, which no server changes. */
export interface PersonMemory {
  readonly chain: ChainMemory;
  /** Devices whose emoji the two people compared. */
  readonly comparedDevices: readonly Bytes[];
}

/** Whose word a device has. */
export type Comparison =
  /** The two compared emoji in a call with this very device. */
  | "compared"
  /** A device that was compared signed for it, or for the one that did. */
  | "linked-to-compared"
  | "not-compared";

/** Why a device is not the one that was known. */
export type IdentityChange =
  /** The chain has another beginning: a reset by recovery code, or somebody else. */
  | "another-chain"
  /** No device of the chain signed for it. */
  | "not-linked";

/** Why nothing of a person is believed: no honest server shows a chain like it. */
export type IdentityFault = { type: "chain"; fault: ChainFault } | { type: "shorter" | "forked" };

/**
 * How far the other end's device is believed (calls go on accordingly):
 *
 * | Verdict | Media | What the person reads |
 * |---|---|---|
 * | `first-contact` | flows | not compared |
 * | `known` | flows | compared, or not compared |
 * | `changed` | only after *Call anyway*, for that call | what changed |
 * | `changed-after-comparing` | only after comparing again | what changed |
 * | `refused` | never | a plain warning |
 */
export type IdentityVerdict =
  | { verdict: "first-contact" }
  | { verdict: "known"; comparison: Comparison }
  | { verdict: "changed" | "changed-after-comparing"; change: IdentityChange }
  | { verdict: "refused"; fault: IdentityFault };

/**
 * @param memory null where this device never had a call with the person
 * @param read the chain that was shown, checked line by line
 * @param device the key that signed the descriptions of this call
 */
export function judgeDevice(
  memory: PersonMemory | null,
  read: ReadChain,
  device: Bytes,
): IdentityVerdict {
  if (read.outcome === "invalid") return refuse({ type: "chain", fault: read.fault });
  const { chain } = read;
  if (memory === null) {
    return isLinked(chain, device) ? { verdict: "first-contact" } : changed(null, "not-linked");
  }
  const relation = relationOf(memory.chain, chain);
  if (relation === "shorter" || relation === "forked") return refuse({ type: relation });
  if (relation === "another") return changed(memory, "another-chain");
  if (!isLinked(chain, device)) return changed(memory, "not-linked");
  return { verdict: "known", comparison: comparisonOf(memory, chain, device) };
}

function changed(memory: PersonMemory | null, change: IdentityChange): IdentityVerdict {
  const wasCompared = memory !== null && memory.comparedDevices.length > 0;
  return { verdict: wasCompared ? "changed-after-comparing" : "changed", change };
}

function refuse(fault: IdentityFault): IdentityVerdict {
  return { verdict: "refused", fault };
}

/** Follows who signed for whom, from the device towards the one that began the chain. */
function comparisonOf(memory: PersonMemory, chain: DeviceChain, device: Bytes): Comparison {
  if (includesBytes(memory.comparedDevices, device)) return "compared";
  let key = device;
  // From the latest on: who signed for a device was in the chain before it.
  for (const addition of chain.additions.toReversed()) {
    if (!sameBytes(addition.device, key)) continue;
    key = addition.by;
    if (includesBytes(memory.comparedDevices, key)) return "linked-to-compared";
  }
  return "not-compared";
}
