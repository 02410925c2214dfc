import { RefusedError } from "../errors.ts";
import type { Handlers } from "../http/api-handler.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import { serverLimits } from "../limits.ts";
import type { Store } from "../store/store.ts";
import type { PushSender } from "./push-sender.ts";
import {
  isSubscribed,
  putSubscription,
  refuseBadKey,
  removeSubscription,
  subscribedDevices,
} from "./subscriptions.ts";

export interface PushHandlerParts {
  readonly store: Store;
  readonly rateLimiter: RateLimiter;
  readonly pushSender: PushSender;
  readonly now: () => number;
}

/** Whether and how a device is reached while its page is closed. */
export function pushHandlers({
  store,
  rateLimiter,
  pushSender,
  now,
}: PushHandlerParts): Pick<
  Handlers,
  "getPushKey" | "putPushSubscription" | "deletePushSubscription" | "testPush"
> {
  return {
    getPushKey: async () => ({ publicKey: pushSender.publicKey }),

    async putPushSubscription({ login, body }) {
      rateLimiter.take("pushSubscriptionsPerAccount", login.account);
      if (pushSender.serviceOf(body.endpoint) === null) {
        throw new RefusedError(
          "push-service-refused",
          "This server does not know the push service of this browser. Whoever runs it can add it to PUSH_SERVICES.",
          { field: "endpoint" },
        );
      }
      refuseBadKey(body);
      await putSubscription(store, login, body);
    },

    async deletePushSubscription({ login }) {
      await store.write((write) => removeSubscription(write, login.device));
    },

    async testPush({ login }) {
      rateLimiter.take("pushTestsPerAccount", login.account);
      const devices = await subscribedDevices(store.db, login.account, now());
      const own = devices.find(({ device }) => device === login.device);
      if (own === undefined) throw noSubscription();
      const outcome = await pushSender.send(
        own.subscription,
        { type: "test" },
        {
          lifetimeMs: serverLimits.pushTestLifetimeMs,
          urgency: "high",
          topic: "test",
          account: login.account,
          isSubscribed: () => isSubscribed(store.db, own, now()),
        },
      );
      if (outcome === "sent") return;
      if (outcome === "gone") {
        const { endpoint } = own.subscription;
        await store.write((write) => removeSubscription(write, login.device, endpoint));
        throw noSubscription();
      }
      throw new RefusedError(
        "unavailable",
        "The push service of this browser did not take it. Try again in a moment; if it stays so, tell whoever runs this server.",
      );
    },
  };
}

function noSubscription(): RefusedError {
  return new RefusedError(
    "not-found",
    "This device is not reached by notifications any more. Let Ringfence ring again.",
  );
}
