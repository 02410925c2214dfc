import { type Bytes, includesBytes, sameBytes } from "../bytes.ts";
import type { EndToEndCrypto } from "../crypto.ts";
import { endToEndLimits } from "../limits.ts";
import { decodeStatement, type DeviceStatement, type SignedStatement } from "./statement.ts";

/** An account's devices, as a chain says it that was checked line by line. */
export interface DeviceChain {
  readonly account: string;
  /** Of each statement, the first one first. */
  readonly hashes: readonly Bytes[];
  /** Keys of the devices that are in it now. */
  readonly devices: readonly Bytes[];
  /** Who signed for whom, also of devices that have left. */
  readonly additions: readonly Addition[];
}

interface Addition {
  readonly device: Bytes;
  readonly by: Bytes;
}

/** What is wrong with a chain: nobody honest makes one like it. */
export type ChainFault =
  | "empty"
  | "too-long"
  | "malformed"
  | "wrong-account"
  /** A statement does not name the one before: reordered, cut, or put in. */
  | "wrong-previous"
  /** Somebody signed who is not in the chain. */
  | "wrong-signer"
  | "wrong-signature"
  /** A device that is in it was added, or one that is not in it removed. */
  | "wrong-device"
  | "too-many-devices";

export type ReadChain =
  | { outcome: "valid"; chain: DeviceChain }
  | { outcome: "invalid"; fault: ChainFault; at: number };

/**
 * Checks every line of a chain, from the first one on.
 *
 * @param account whose chain it must be
 */
export async function readDeviceChain(
  crypto: EndToEndCrypto,
  account: string,
  statements: readonly SignedStatement[],
): Promise<ReadChain> {
  if (statements.length === 0) return { outcome: "invalid", fault: "empty", at: 0 };
  if (statements.length > endToEndLimits.chainStatementsMax) {
    return { outcome: "invalid", fault: "too-long", at: statements.length };
  }
  let chain: DeviceChain = { account, hashes: [], devices: [], additions: [] };
  for (const [at, signed] of statements.entries()) {
    const statement = decodeStatement(signed.statement);
    if (statement === null) return { outcome: "invalid", fault: "malformed", at };
    const fault =
      placeFault(chain, statement) ??
      deviceFault(chain, statement) ??
      (await signatureFault(crypto, statement, signed));
    if (fault !== null) return { outcome: "invalid", fault, at };
    const hash = await crypto.sha256(signed.statement);
    chain = { ...chainAfter(chain, statement), hashes: [...chain.hashes, hash] };
  }
  return { outcome: "valid", chain };
}

/** Whether a device is in the chain now. */
export function isLinked(chain: DeviceChain, key: Bytes): boolean {
  return includesBytes(chain.devices, key);
}

function placeFault({ account, hashes }: DeviceChain, statement: DeviceStatement) {
  if (statement.account !== account) return "wrong-account";
  const previous = hashes.at(-1);
  if (statement.type === "begin") return previous === undefined ? null : "wrong-previous";
  const follows = previous !== undefined && sameBytes(statement.previous, previous);
  return follows ? null : "wrong-previous";
}

function deviceFault(chain: DeviceChain, statement: DeviceStatement): ChainFault | null {
  if (statement.type === "begin") return null;
  if (!isLinked(chain, statement.by)) return "wrong-signer";
  if (isLinked(chain, statement.device) === (statement.type === "add")) return "wrong-device";
  const isFull = chain.devices.length >= endToEndLimits.chainDevicesMax;
  return statement.type === "add" && isFull ? "too-many-devices" : null;
}

async function signatureFault(
  crypto: EndToEndCrypto,
  statement: DeviceStatement,
  signed: SignedStatement,
): Promise<ChainFault | null> {
  const signers = signersOf(statement);
  if (signed.signatures.length !== signers.length) return "wrong-signature";
  for (const [index, signature] of signed.signatures.entries()) {
    const signer = signers[index];
    if (signer === undefined) return "wrong-signature";
    if (!(await crypto.verifyEd25519(signer, signature, signed.statement))) {
      return "wrong-signature";
    }
  }
  return null;
}

function signersOf(statement: DeviceStatement): Bytes[] {
  switch (statement.type) {
    case "begin":
      return [statement.device];
    case "add":
      return [statement.by, statement.device];
    case "remove":
      return [statement.by];
  }
}

function chainAfter(chain: DeviceChain, statement: DeviceStatement): DeviceChain {
  const { device } = statement;
  switch (statement.type) {
    case "begin":
      return { ...chain, devices: [device] };
    case "add": {
      const additions = [...chain.additions, { device, by: statement.by }];
      return { ...chain, devices: [...chain.devices, device], additions };
    }
    case "remove":
      return { ...chain, devices: chain.devices.filter((key) => !sameBytes(key, device)) };
  }
}
