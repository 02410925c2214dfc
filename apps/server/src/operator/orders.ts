import { randomBytes } from "node:crypto";
import { type AccountId, idRandomBytes, makeId } from "@ringfence/protocol";
import { serverLimits } from "../limits.ts";
import type { Reader, Write } from "../store/store.ts";
import type { OperatorOrderTable } from "../store/operator-tables.ts";

export type OrderKind = OperatorOrderTable["kind"];

/** What an operator's command asks of the servers, about one account. */
export interface Order {
  readonly id: string;
  readonly kind: OrderKind;
  readonly account: AccountId;
}

/** Gives an order. Whichever server sees it first carries it out. */
export async function placeOrder(
  write: Write,
  kind: OrderKind,
  account: AccountId,
): Promise<string> {
  const id = makeId(write.now, randomBytes(idRandomBytes));
  await write.db.insertInto("operator_order").values({ id, kind, account_id: account }).execute();
  return id;
}

/** Those that nobody has carried out yet, the oldest first. */
export async function waitingOrders(db: Reader): Promise<Order[]> {
  const rows = await db
    .selectFrom("operator_order")
    .select(["id", "kind", "account_id as account"])
    .orderBy("id")
    .limit(serverLimits.ordersAtOnceMax)
    .execute();
  return rows;
}

/** @returns false where another server was quicker: then it is not this one's to carry out */
export async function claimOrder(write: Write, { id }: Order): Promise<boolean> {
  const claimed = await write.db
    .deleteFrom("operator_order")
    .where("id", "=", id)
    .returning("id")
    .executeTakeFirst();
  return claimed !== undefined;
}

/** Whether nobody has carried it out yet. */
export async function isWaiting(db: Reader, id: string): Promise<boolean> {
  const row = await db
    .selectFrom("operator_order")
    .select("id")
    .where("id", "=", id)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether an order about the account waits. */
export async function isOrdered(db: Reader, account: AccountId): Promise<boolean> {
  const row = await db
    .selectFrom("operator_order")
    .select("id")
    .where("account_id", "=", account)
    .executeTakeFirst();
  return row !== undefined;
}
