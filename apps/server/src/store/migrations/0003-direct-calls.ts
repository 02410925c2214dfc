import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** Calls that are direct. Every call that is remembered from before was relayed. */
export const directCalls: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable("call_record")
      .addColumn("route", "text", (column) => column.notNull().defaultTo("relayed"))
      .execute();
  },
};
