import type { ConnectedDevice } from "../signalling/connection.ts";
import type { Store } from "../store/store.ts";
import { TestBrowser } from "./test-push-service.ts";

/** Signs a device in, and has it reached at https://push.example/ and its name. */
export async function subscribe(
  store: Store,
  name: string,
  { account, device }: ConnectedDevice,
): Promise<void> {
  const { subscription } = new TestBrowser(`https://push.example/${name}`);
  const { endpoint, keys } = subscription;
  await store.write(async ({ db, now }) => {
    const ofDevice = { device_id: device, account_id: account, created_at: now };
    await db
      .insertInto("device")
      .values({ id: device, account_id: account, name, created_at: now, last_seen_at: now })
      .execute();
    await db
      .insertInto("login")
      .values({ ...ofDevice, token_hash: name, expires_at: now + 1_000_000_000 })
      .execute();
    await db
      .insertInto("push_subscription")
      .values({ ...ofDevice, endpoint, ...keys })
      .execute();
  });
}
