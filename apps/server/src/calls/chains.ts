import type { Call, Effect } from "@ringfence/call";
import type { AccountId, DeviceChain } from "@ringfence/protocol";
import { chainOf } from "../devices/device-chain.ts";
import type { Reader } from "../store/store.ts";

/** The devices of a call's two accounts, as each other is shown them: kept here, and not read. */
export type Chains = ReadonlyMap<AccountId, DeviceChain>;

const noChains: Chains = new Map();

/** The chains of both, where some of these effects hands over a description. */
export async function chainsFor(
  db: Reader,
  call: Call,
  effects: readonly Effect[],
): Promise<Chains> {
  return effects.some(hasDescription) ? chainsOf(db, call) : noChains;
}

export async function chainsOf(db: Reader, call: Call): Promise<Chains> {
  const accounts = [call.caller.accountId, call.calleeAccountId];
  const chains = await Promise.all(accounts.map((account) => chainOf(db, account)));
  return new Map(accounts.map((account, index) => [account, chains[index] ?? []]));
}

function hasDescription(effect: Effect): boolean {
  const { type } = effect;
  const isExchange = type === "prepare" || type === "offer" || type === "answer";
  return isExchange || (type === "accepted" && effect.isWinner);
}
