import { setImmediate } from "node:timers/promises";
import type { Facts } from "@ringfence/policy";
import type { AccountId } from "@ringfence/protocol";
import { type Addresses, buttonOf, readCallers, shownRouteOf } from "../calls/pair-facts.ts";
import type { Bus } from "../bus/bus.ts";
import { whoMayBeOpen } from "../bus/who-may-be-open.ts";
import { serverLimits } from "../limits.ts";
import type { Reader, Store, Write } from "../store/store.ts";
import { tellSide } from "./pair-views.ts";

export interface ButtonsParts {
  store: Store;
  /** Whether a page of the account is open. Others fetch everything when they are. */
  isOpen: Bus["isOpen"];
  logError: (error: unknown) => void;
}

/** What one account changed that decides the buttons of many. */
export interface ButtonsChange {
  callee: AccountId;
  /** The facts of one caller as they were before the change. */
  factsBefore: (facts: Facts) => Facts;
  /** What the two had chosen about their addresses; as it is now where it is left out. */
  addressesBefore?: (addresses: Addresses) => Addresses;
  /** Those whom it may concern; everybody with whom there is an entered conversation otherwise. */
  callers?: readonly AccountId[];
}

/** Tells one account something, in a write. */
export type Tell = (write: Write, account: AccountId) => Promise<unknown>;

/**
 * Moves the icons of many people after one account changed its rules: of those who have a page
 * open, and for whom it makes a difference. It happens after the change is durable and in slices,
 * so that ten thousand of them hold nobody up.
 */
export class Buttons implements AsyncDisposable {
  readonly #parts: ButtonsParts;
  readonly #moving = new Set<Promise<void>>();
  #isDisposed = false;

  constructor(parts: ButtonsParts) {
    this.#parts = parts;
  }

  /** Call it in the write that makes the change. */
  moveAfter(write: Write, change: ButtonsChange): void {
    write.afterCommit(() => this.#begin(this.#move(change, write.now)));
  }

  /**
   * Tells many accounts of a change, whatever each is told. In the change's own write each of them
   * would be one that another write may be telling something, and the whole would begin anew. Call it
   * in that write.
   */
  tellAfter(write: Write, accounts: readonly AccountId[], tell: Tell): void {
    write.afterCommit(() => this.#begin(this.#tell(accounts, tell)));
  }

  /** Resolves when everybody was told of the changes until now. */
  async settled(): Promise<void> {
    await Promise.all(this.#moving);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    await this.settled();
  }

  #begin(work: Promise<void>): void {
    const moving = work.catch(this.#parts.logError).finally(() => this.#moving.delete(moving));
    this.#moving.add(moving);
  }

  async #tell(accounts: readonly AccountId[], tell: Tell): Promise<void> {
    for (const some of slicesOf(accounts, serverLimits.sidesToldAtOnceMax)) {
      if (this.#isDisposed) return;
      await this.#parts.store.write(async (write) => {
        for (const account of some) await tell(write, account);
      });
      await setImmediate();
    }
  }

  async #move(change: ButtonsChange, now: number): Promise<void> {
    const { store, isOpen } = this.#parts;
    const { callee, factsBefore, addressesBefore = asNow, callers } = change;
    const everybody = callers === undefined ? partnersOf(store.db, callee) : slicesOf(callers);
    for await (const slice of everybody) {
      if (this.#isDisposed) return;
      const open = await whoMayBeOpen(slice, isOpen);
      const known = await readCallers(store.db, callee, [...open], now);
      const moved = [...known].filter(([caller, after]) => {
        const pair = { caller, callee };
        const buttonBefore = buttonOf(pair, { ...after, facts: factsBefore(after.facts) }, now);
        const routeBefore = shownRouteOf(buttonBefore, addressesBefore(after.addresses));
        const button = buttonOf(pair, after, now);
        return button !== buttonBefore || shownRouteOf(button, after.addresses) !== routeBefore;
      });
      for (const some of slicesOf(moved, serverLimits.sidesToldAtOnceMax)) {
        await store.write(async (write) => {
          for (const [caller] of some) await tellSide(write, caller, callee);
        });
        await setImmediate();
      }
      await setImmediate();
    }
  }
}

const asNow = (addresses: Addresses): Addresses => addresses;

/** Who could have a button that the account's rules decide: each of the two has entered. */
async function* partnersOf(db: Reader, account: AccountId): AsyncGenerator<AccountId[]> {
  let after = "" as AccountId;
  for (;;) {
    const rows = await db
      .selectFrom("participation as mine")
      .innerJoin("participation as theirs", (join) =>
        join
          .onRef("theirs.account_id", "=", "mine.other_account_id")
          .onRef("theirs.other_account_id", "=", "mine.account_id"),
      )
      .select("mine.other_account_id as id")
      .where("mine.account_id", "=", account)
      .where("mine.other_account_id", ">", after)
      .where("mine.entered_at", "is not", null)
      .where("theirs.entered_at", "is not", null)
      .orderBy("mine.other_account_id")
      .limit(serverLimits.pairsAtOnceMax)
      .execute();
    yield rows.map(({ id }) => id);
    const last = rows.at(-1);
    if (last === undefined || rows.length < serverLimits.pairsAtOnceMax) return;
    after = last.id;
  }
}

/** A list in pieces that are decided in one turn each. */
export function* slicesOf<Item>(
  items: readonly Item[],
  itemsMax: number = serverLimits.pairsAtOnceMax,
): Generator<Item[]> {
  for (let from = 0; from < items.length; from += itemsMax) {
    yield items.slice(from, from + itemsMax);
  }
}
