import type { AccountId } from "@ringfence/protocol";
import { type Transaction, sql } from "kysely";
import type { BusMessage } from "../bus/bus.ts";
import { prepared } from "./prepared-query.ts";
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
  const numbered: NumberedDelivery[] = [];
  const byAccount = Map.groupBy(deliveries, (delivery) => delivery.account);
  for (const account of [...byAccount.keys()].toSorted()) {
    const own = byAccount.get(account) ?? [];
    const [row] = await takeNumbers(db, { account, count: own.length });
    if (row === undefined) continue;
    const first = row.sequence - own.length + 1;
    for (const [index, delivery] of own.entries()) {
      numbered.push({ account, message: messageOf(delivery, first + index) });
    }
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

/** As many of an account's numbers as it is told messages, in one step. */
const takeNumbers = prepared(
  (db: Transaction<Tables>, taken: { account: AccountId; count: number }) =>
    db
      .updateTable("account")
      .set({ sequence: sql<number>`sequence + ${taken.count}` })
      .where("id", "=", taken.account)
      .returning("sequence"),
);

function messageOf({ message, forDevice }: Delivery, sequence: number): BusMessage {
  const numbered = { sequence, isDelivery: true };
  const frame = { ...numbered, message: message ?? { type: "heartbeat" as const } };
  if (forDevice === undefined) return { frame };
  return {
    frame,
    forDevice: { device: forDevice.device, frame: { ...numbered, message: forDevice.message } },
  };
}
