import type { Bytes } from "../bytes.ts";
import type { DeviceSigner } from "../crypto.ts";
import type { DeviceChain } from "./device-chain.ts";
import { encodeStatement, type SignedStatement } from "./statement.ts";

/**
 * Begins an account's chain with this device.
 *
 * @param nonce 16 random bytes, so that no two beginnings are alike
 */
export async function beginChain(
  account: string,
  device: DeviceSigner,
  nonce: Bytes,
): Promise<SignedStatement> {
  const statement = encodeStatement({
    type: "begin",
    account,
    device: device.publicKey,
    nonce,
  });
  return { statement, signatures: [await device.sign(statement)] };
}

/**
 * What two devices sign so that one links the other to the chain: first the one that is in it, then
 * the new one, each where its own key is.
 */
export function statementToAdd(chain: DeviceChain, by: Bytes, device: Bytes): Bytes {
  const { account } = chain;
  return encodeStatement({ type: "add", account, previous: headOf(chain), device, by });
}

/** Takes a device out of a chain: another one, or the one that signs. */
export async function removeDevice(
  chain: DeviceChain,
  by: DeviceSigner,
  device: Bytes,
): Promise<SignedStatement> {
  const statement = encodeStatement({
    type: "remove",
    account: chain.account,
    previous: headOf(chain),
    device,
    by: by.publicKey,
  });
  return { statement, signatures: [await by.sign(statement)] };
}

function headOf({ hashes }: DeviceChain): Bytes {
  const head = hashes.at(-1);
  if (head === undefined) throw new RangeError("a chain has a beginning");
  return head;
}
