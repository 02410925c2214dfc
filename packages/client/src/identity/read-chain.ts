import {
  fromBase64url,
  type ReadChain,
  readDeviceChain,
  type SignedStatement,
} from "@ringfence/e2ee";
import type { DeviceChain } from "@ringfence/protocol";
import { webCrypto } from "./web-crypto.ts";

/** What was read already: a chain as it came is checked once, however often it is asked about. */
const read = new WeakMap<DeviceChain, { account: string; reading: Promise<ReadChain> }>();

/** Checks every line of a chain as it came over the wire. */
export function readChain(account: string, chain: DeviceChain): Promise<ReadChain> {
  const before = read.get(chain);
  if (before?.account === account) return before.reading;
  const reading = check(account, chain);
  read.set(chain, { account, reading });
  return reading;
}

async function check(account: string, chain: DeviceChain): Promise<ReadChain> {
  const statements: SignedStatement[] = [];
  for (const [at, { statement, signatures }] of chain.entries()) {
    const bytes = fromBase64url(statement);
    const signed = signatures.map(fromBase64url).filter((signature) => signature !== null);
    if (bytes === null || signed.length !== signatures.length) {
      return { outcome: "invalid", fault: "malformed", at };
    }
    statements.push({ statement: bytes, signatures: signed });
  }
  return readDeviceChain(webCrypto, account, statements);
}
