import type { LoginParts } from "../accounts/logins.ts";
import type { OwnDevicesParts } from "../accounts/devices.ts";
import type { Handlers } from "../http/api-handler.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import type { Store } from "../store/store.ts";
import { appendToChain } from "./device-chain.ts";
import { requireKeyProof } from "./key-proof.ts";
import { putDeviceKey, readOwnDevices } from "./own-devices.ts";

export interface DeviceHandlerParts extends LoginParts, OwnDevicesParts {
  readonly store: Store;
  readonly rateLimiter: RateLimiter;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** The devices that an account says are its own. */
export function deviceHandlers(
  parts: DeviceHandlerParts,
): Pick<Handlers, "getDeviceChain" | "appendToDeviceChain" | "putIdentityKey"> {
  const { store, rateLimiter } = parts;
  return {
    getDeviceChain: ({ login }) => readOwnDevices(store.db, login, parts),

    async appendToDeviceChain({ login, body, setLogin }) {
      rateLimiter.take("deviceChainChangesPerAccount", login.account);
      const isStillIn = await store.write(async (write) => {
        await appendToChain(write, parts, login, body);
        const device = await write.db
          .selectFrom("device")
          .select("id")
          .where("id", "=", login.device)
          .executeTakeFirst();
        return device !== undefined;
      });
      if (!isStillIn) setLogin(null);
    },

    async putIdentityKey({ login, body }) {
      rateLimiter.take("identityKeysPerDevice", login.device);
      requireKeyProof(login, body);
      await store.write((write) => putDeviceKey(write, login, body));
      return readOwnDevices(store.db, login, parts);
    },
  };
}
