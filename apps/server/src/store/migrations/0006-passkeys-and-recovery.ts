import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** The ways into an account besides its password. They go with the account. */
export const passkeysAndRecovery: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("passkey")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("account_id", "text", (column) =>
        column.notNull().references("account.id").onDelete("cascade"),
      )
      .addColumn("credential_id", "text", (column) => column.notNull().unique())
      .addColumn("public_key", "text", (column) => column.notNull())
      .addColumn("counter", "bigint", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("added_at", "bigint", (column) => column.notNull())
      .addColumn("last_used_at", "bigint")
      .execute();
    await db.schema.createIndex("passkey_by_account").on("passkey").column("account_id").execute();
    await db.schema
      .createTable("recovery_code")
      .addColumn("account_id", "text", (column) =>
        column.notNull().references("account.id").onDelete("cascade"),
      )
      .addColumn("code_hash", "text", (column) => column.notNull())
      .addColumn("made_at", "bigint", (column) => column.notNull())
      .addColumn("kept_at", "bigint")
      .addColumn("works_until", "bigint")
      .addPrimaryKeyConstraint("recovery_code_key", ["account_id", "code_hash"])
      .execute();
  },
};
