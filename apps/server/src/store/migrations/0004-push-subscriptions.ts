import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** Where devices are reached while their page is closed. They go with the device and the account. */
export const pushSubscriptions: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("push_subscription")
      .addColumn("device_id", "text", (column) =>
        column.primaryKey().references("device.id").onDelete("cascade"),
      )
      .addColumn("account_id", "text", (column) =>
        column.notNull().references("account.id").onDelete("cascade"),
      )
      .addColumn("endpoint", "text", (column) => column.notNull().unique())
      .addColumn("p256dh", "text", (column) => column.notNull())
      .addColumn("auth", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex("push_subscription_by_account")
      .on("push_subscription")
      .column("account_id")
      .execute();
  },
};
