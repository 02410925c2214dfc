import type { AccountId } from "@ringfence/protocol";
import { type Transaction, sql } from "kysely";
import type { BusMessage } from "../bus/bus.ts";
import type { Delivery, StoreParts, Write } from "./store.ts";
import type { Tables } from "./tables.ts";

/** What a work asked for besides its queries, until it is durable. */
export class Aftermath {
  readonly deliveries: Delivery[] = [];
  readonly effects: (() => void)[] = [];
  leavesNoTrace = false;

  /** What the work writes with. */
  writeOn(db: Transaction<Tables>, now: number): Write {
    return {
      db,
      now,
      deliver: (delivery) => void this.deliveries.push(delivery),
      afterCommit: (effect) => void this.effects.push(effect),
      leaveNoTrace: () => (this.leavesNoTrace = true),
    };
  }
}

export interface NumberedDelivery {
  account: AccountId;
  message: BusMessage;
}

/**
 * Numbers what is to be told, in the transaction that it tells of. An account that is gone is told
 * nothing. All writers number accounts in one order, so that no two wait for each other.
 */
export async function numberDeliveries(
  db: Transaction<Tables>,
  deliveries: readonly Delivery[],
): Promise<NumberedDelivery[]> {
  const numbered = [];
  for (const delivery of deliveries.toSorted(byAccount)) {
    const message = await numberDelivery(db, delivery);
    if (message !== undefined) numbered.push({ account: delivery.account, message });
  }
  return numbered;
}

/** Tells what is durable now, then runs its effects. */
export function release(
  deliveries: readonly NumberedDelivery[],
  effects: readonly (() => void)[],
  { bus, logError }: StoreParts,
): void {
  for (const { account, message } of deliveries) bus.deliver(account, message).catch(logError);
  for (const effect of effects) {
    try {
      effect();
    } catch (error) {
      // It is durable whatever an effect of it does, and those behind it wait.
      logError(error);
    }
  }
}

function byAccount(one: Delivery, other: Delivery): number {
  return one.account < other.account ? -1 : Number(one.account > other.account);
}

/** Gives a delivery the account's next number; nothing when the account is gone. */
async function numberDelivery(
  db: Transaction<Tables>,
  { account, message, forDevice }: Delivery,
): Promise<BusMessage | undefined> {
  const row = await db
    .updateTable("account")
    .set({ sequence: sql<number>`sequence + 1` })
    .where("id", "=", account)
    .returning("sequence")
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const numbered = { sequence: row.sequence, isDelivery: true };
  const frame = { ...numbered, message: message ?? { type: "heartbeat" as const } };
  if (forDevice === undefined) return { frame };
  return {
    frame,
    forDevice: { device: forDevice.device, frame: { ...numbered, message: forDevice.message } },
  };
}
