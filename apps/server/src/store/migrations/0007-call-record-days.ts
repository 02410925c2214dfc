import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** An account may keep its calls for fewer days than the server does. */
export const callRecordDays: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable("account").addColumn("call_record_days", "integer").execute();
    await db.schema
      .createIndex("account_by_call_record_days")
      .on("account")
      .column("call_record_days")
      .execute();
    // What is expired is looked for every minute.
    await db.schema.createIndex("login_by_expiry").on("login").column("expires_at").execute();
  },
};
