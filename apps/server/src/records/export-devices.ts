import type { ReadSection } from "./export-sections.ts";

/** The ways into an account, as far as they open nothing for whoever reads the export. */
export const exportOfDevices: Readonly<Record<string, ReadSection>> = {
  async devices(db, account, after, count) {
    const rows = await db
      .selectFrom("device")
      .leftJoin("login", "login.device_id", "device.id")
      .leftJoin("push_subscription as push", "push.device_id", "device.id")
      .select(["device.id", "device.name", "device.created_at", "device.last_seen_at"])
      .select(["login.created_at as signed_in_at", "login.expires_at"])
      .select(["push.endpoint", "push.created_at as notified_since"])
      .where("device.account_id", "=", account)
      .where("device.id", ">", after as never)
      .orderBy("device.id")
      .limit(count)
      .execute();
    return rows.map((row) => [
      row.id,
      {
        id: row.id,
        name: row.name,
        addedAt: row.created_at,
        lastSeenAt: row.last_seen_at,
        signedInAt: row.signed_in_at,
        signedInUntil: row.expires_at,
        pushEndpoint: row.endpoint,
        pushSince: row.notified_since,
      },
    ]);
  },
};
