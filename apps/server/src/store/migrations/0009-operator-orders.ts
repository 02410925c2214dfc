import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** What an operator's command asks of the servers that run, and the way back in that it makes. */
export const operatorOrders: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("operator_order")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("account_id", "text", (column) =>
        column.notNull().references("account.id").onDelete("cascade"),
      )
      .execute();
    await db.schema
      .createTable("reset_link")
      .addColumn("token_hash", "text", (column) => column.primaryKey())
      .addColumn("account_id", "text", (column) =>
        column.notNull().unique().references("account.id").onDelete("cascade"),
      )
      .addColumn("made_at", "bigint", (column) => column.notNull())
      .addColumn("expires_at", "bigint", (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("reset_login")
      .addColumn("token_hash", "text", (column) => column.primaryKey())
      .addColumn("account_id", "text", (column) =>
        column.notNull().references("account.id").onDelete("cascade"),
      )
      .addColumn("reset_at", "bigint", (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex("reset_login_by_account")
      .on("reset_login")
      .column("account_id")
      .execute();
  },
};
