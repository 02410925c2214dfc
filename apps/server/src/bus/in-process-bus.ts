import type { AccountId } from "@ringfence/protocol";
import type { Bus, BusMessage } from "./bus.ts";

interface Subscription {
  handler: (message: BusMessage) => boolean;
}

/** The bus of one process: a map. */
export function createInProcessBus(): Bus {
  const subscriptions = new Map<AccountId, Set<Subscription>>();
  return {
    subscribe(account, handler) {
      const subscription = { handler };
      const ofAccount = subscriptions.get(account) ?? new Set<Subscription>();
      ofAccount.add(subscription);
      subscriptions.set(account, ofAccount);
      return {
        [Symbol.dispose]: () => {
          ofAccount.delete(subscription);
          if (ofAccount.size > 0 || subscriptions.get(account) !== ofAccount) return;
          subscriptions.delete(account);
        },
      };
    },
    async deliver(account, message) {
      const ofAccount = subscriptions.get(account) ?? new Set<Subscription>();
      // A handler may subscribe and unsubscribe, itself or others.
      const listening = [...ofAccount];
      const errors: unknown[] = [];
      let isWritten = false;
      for (const subscription of listening) {
        if (!ofAccount.has(subscription)) continue;
        try {
          isWritten = subscription.handler(message) || isWritten;
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw new AggregateError(errors, "Handlers of a delivery threw.");
      return isWritten ? "delivered" : "nobody";
    },
  };
}
