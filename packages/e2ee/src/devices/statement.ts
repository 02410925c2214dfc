import { asciiBytes, asciiText, type Bytes } from "../bytes.ts";
import { hashBytes, publicKeyBytes } from "../crypto.ts";
import { decodeFields, encodeFields } from "../fields.ts";

/**
 * One line of an account's chain of devices. Each names the hash of the one before, so that none
 * can be taken out, put in or moved; keys are public Ed25519 keys of 32 bytes. An account is named by
 * its handle, by which people know each other and which a server cannot swap.
 */
export type DeviceStatement =
  /** The first device of a new chain: of a new account, or after a reset by recovery code. */
  | { type: "begin"; account: string; device: Bytes; nonce: Bytes }
  /** Signed by a device of the chain and by the new one. */
  | { type: "add"; account: string; previous: Bytes; device: Bytes; by: Bytes }
  /** Signed by any device of the chain: another one, or the one that leaves. */
  | { type: "remove"; account: string; previous: Bytes; device: Bytes; by: Bytes };

/** A statement as it travels: its bytes, and the signatures over them. */
export interface SignedStatement {
  readonly statement: Bytes;
  /** Of `begin` the device's; of `add` that of `by` and then the new device's; of `remove` that of `by`. */
  readonly signatures: readonly Bytes[];
}

const labels = {
  begin: "ringfence device chain 1: begin",
  add: "ringfence device chain 1: add",
  remove: "ringfence device chain 1: remove",
} as const;
const chainNonceBytes = 16;

export function encodeStatement(statement: DeviceStatement): Bytes {
  const account = asciiBytes(statement.account);
  const { device } = statement;
  return statement.type === "begin"
    ? encodeFields(labels.begin, [account, device, statement.nonce])
    : encodeFields(labels[statement.type], [account, statement.previous, device, statement.by]);
}

/** Null where the bytes are no statement. */
export function decodeStatement(bytes: Bytes): DeviceStatement | null {
  const begin = decodeFields(labels.begin, bytes);
  if (begin !== null) return decodeBegin(begin);
  for (const type of ["add", "remove"] as const) {
    const fields = decodeFields(labels[type], bytes);
    if (fields !== null) return decodeChange(type, fields);
  }
  return null;
}

function decodeBegin(fields: readonly Bytes[]): DeviceStatement | null {
  const [accountField, device, nonce] = fields;
  if (fields.length !== 3 || !hasLength(device, publicKeyBytes)) return null;
  const account = asciiText(accountField ?? new Uint8Array());
  if (account === null || !hasLength(nonce, chainNonceBytes)) return null;
  return { type: "begin", account, device, nonce };
}

function decodeChange(type: "add" | "remove", fields: readonly Bytes[]): DeviceStatement | null {
  const [accountField, previous, device, by] = fields;
  if (fields.length !== 4 || !hasLength(previous, hashBytes)) return null;
  if (!hasLength(device, publicKeyBytes) || !hasLength(by, publicKeyBytes)) return null;
  const account = asciiText(accountField ?? new Uint8Array());
  return account === null ? null : { type, account, previous, device, by };
}

function hasLength(bytes: Bytes | undefined, length: number): bytes is Bytes {
  return bytes?.length === length;
}
