import { base64url, decodeStatement, fromBase64url, type SignedStatement } from "@ringfence/e2ee";
import type { DeviceChain, DeviceStatement } from "@ringfence/protocol";

/** As it travels. */
export function inWords({ statement, signatures }: SignedStatement): DeviceStatement {
  return { statement: base64url(statement), signatures: signatures.map(base64url) };
}

/** What a statement puts in or takes out, for the server's own list. */
export function keysIn(said: DeviceStatement): { links: string | null; unlinks: string | null } {
  const statement = read(said);
  const key = statement === null ? null : base64url(statement.device);
  return statement?.type === "remove"
    ? { links: null, unlinks: key }
    : { links: key, unlinks: null };
}

/** Whether the device with this key began the chain, which nobody does in its place. */
export function isBegunBy(identityKey: string, [first]: DeviceChain): boolean {
  const statement = first === undefined ? null : read(first);
  return statement?.type === "begin" && base64url(statement.device) === identityKey;
}

/** Where the statement stands that last put a key in; -1 where none did. */
export function placeOfLink(identityKey: string, chain: DeviceChain): number {
  return chain.findLastIndex((said) => {
    const statement = read(said);
    return statement?.type === "add" && base64url(statement.device) === identityKey;
  });
}

export function isBeginningOf(whole: DeviceChain, part: DeviceChain): boolean {
  return part.every(({ statement }, at) => statement === whole[at]?.statement);
}

function read({ statement }: DeviceStatement) {
  const bytes = fromBase64url(statement);
  return bytes === null ? null : decodeStatement(bytes);
}
