import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/** Which relay carries a call. Those of before were carried by relays that had no ids. */
export const relaysOfCalls: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable("call")
      .addColumn("relay_id", "text", (column) => column.notNull().defaultTo(""))
      .execute();
    await db.schema
      .createIndex("call_by_relay")
      .on("call")
      .column("relay_id")
      .where(sql.ref("ended_at"), "is", null)
      .execute();
  },
};
