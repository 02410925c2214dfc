import type { AccountId } from "@ringfence/protocol";
import type { CallHooks } from "../calls/call-hooks.ts";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../logger.ts";
import { setVouching } from "../people/vouching.ts";
import type { Store, Write } from "../store/store.ts";
import { type Order, claimOrder, waitingOrders } from "./orders.ts";
import { type SuspensionParts, suspend, unsuspend } from "./suspension.ts";

export interface OrderParts extends SuspensionParts {
  readonly store: Store;
  readonly calls: Pick<CallHooks, "suspended" | "standingChanged">;
  readonly logger: Logger;
}

/**
 * Carries out what an operator's commands ask. They are rows, because a command is a process of its
 * own, which has neither the calls nor the sockets that an order has to reach.
 */
export class OperatorOrders implements AsyncDisposable {
  readonly #parts: OrderParts;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isFailing = false;

  constructor(parts: OrderParts) {
    this.#parts = parts;
  }

  /** Carries out what was asked while no server ran, then keeps looking. */
  async start(): Promise<void> {
    await this.look();
    this.#timer = setInterval(() => void this.look(), serverLimits.ordersRoundMs);
  }

  /** One look. It never throws: what failed is tried again with the next. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { store } = this.#parts;
    const failed = new Set<AccountId>();
    try {
      for (const order of await waitingOrders(store.db)) {
        // Of one account, none overtakes another.
        if (failed.has(order.account)) continue;
        try {
          await store.write((write) => this.#carryOut(write, order));
        } catch (error) {
          this.#fail(error);
          failed.add(order.account);
        }
      }
      this.#isFailing = failed.size > 0;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    // Twice a second the same line would bury what else is logged.
    if (!this.#isFailing) {
      this.#parts.logger.error({ error }, "the operator's orders were not carried out");
    }
    this.#isFailing = true;
  }

  async #carryOut(write: Write, order: Order): Promise<void> {
    if (!(await claimOrder(write, order))) return;
    const { logger } = this.#parts;
    const { kind, account } = order;
    switch (kind) {
      case "suspend":
        await suspend(write, account, this.#parts);
        break;
      case "unsuspend":
        await unsuspend(write, account, this.#parts);
        break;
      case "vouch":
      case "unvouch":
        await setVouching(write, account, kind === "vouch", this.#parts.buttons);
        await this.#parts.calls.standingChanged(write, account);
        break;
    }
    write.afterCommit(() => logger.info(`an account was changed by the operator (${kind})`));
  }
}
