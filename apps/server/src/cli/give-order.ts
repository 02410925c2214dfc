import { setTimeout } from "node:timers/promises";
import { type AccountId, Handle } from "@ringfence/protocol";
import { serverLimits } from "../limits.ts";
import { type OrderKind, isOrdered, isWaiting, placeOrder } from "../operator/orders.ts";
import type { Store } from "../store/store.ts";
import { accountOf } from "./account-of.ts";

/**
 * `ringfence suspend` and its like: asks the server that runs to change an account, and waits until
 * it has.
 *
 * @param typed a handle, with or without `@`
 * @param patienceMs how long to wait for a server
 * @throws OperatorError `no-such-account`
 */
export async function giveOrder(
  store: Store,
  kind: OrderKind,
  typed: string,
  patienceMs: number = serverLimits.orderPatienceMs,
): Promise<void> {
  const account = await accountOf(store, typed);
  const who = `@${Handle.parse(typed)}`;
  // One that waits may be the opposite of what is asked now.
  if ((await isSo(store, kind, account)) && !(await isOrdered(store.db, account))) {
    console.log(`${who} ${words[kind].already}`);
    return;
  }
  const id = await store.write((write) => placeOrder(write, kind, account));
  const until = Date.now() + patienceMs;
  while (await isWaiting(store.db, id)) {
    if (Date.now() > until) {
      console.log(
        `No server has taken this up, so none runs with these settings. The next one that starts does it first: ${who} ${words[kind].later}`,
      );
      return;
    }
    await setTimeout(serverLimits.orderLookMs);
  }
  console.log(`${who} ${words[kind].done}`);
}

const words: Readonly<Record<OrderKind, { done: string; already: string; later: string }>> = {
  suspend: {
    done: "is suspended: nobody rings them and they ring nobody, their calls are over, and their devices say why. All that they have stays; `ringfence unsuspend` brings it back.",
    already: "was suspended already.",
    later: "is suspended then.",
  },
  unsuspend: {
    done: "is suspended no more, and has back what there was. Their open pages notice within half a minute.",
    already: "was not suspended.",
    later: "is suspended no more then.",
  },
  vouch: {
    done: "is vouched for now: their profile says so, and people who let vouched accounts ring can be rung by them. Open pages show it within 15 seconds.",
    already: "was vouched for already.",
    later: "is vouched for then.",
  },
  unvouch: {
    done: "is not vouched for any more. A ring that was allowed for that alone has ended; open pages show it within 15 seconds.",
    already: "was not vouched for.",
    later: "is not vouched for any more then.",
  },
};

async function isSo({ db }: Store, kind: OrderKind, account: AccountId): Promise<boolean> {
  const row = await db
    .selectFrom("account")
    .select(["suspended_at", "vouched_at"])
    .where("id", "=", account)
    .executeTakeFirst();
  switch (kind) {
    case "suspend":
      return row?.suspended_at != null;
    case "unsuspend":
      return row?.suspended_at == null;
    case "vouch":
      return row?.vouched_at != null;
    case "unvouch":
      return row?.vouched_at == null;
  }
}
