import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/**
 * What accounts' devices signed of each other, as it came. Chains go with the account; which key a
 * device has goes with the device.
 */
export const deviceChains: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("device_chain")
      .addColumn("account_id", "text", (column) =>
        column.primaryKey().references("account.id").onDelete("cascade"),
      )
      .addColumn("generation", "integer", (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("device_statement")
      .addColumn("account_id", "text", (column) =>
        column.notNull().references("account.id").onDelete("cascade"),
      )
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("statement", "text", (column) => column.notNull())
      .addColumn("signatures", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("device_statement_key", ["account_id", "position"])
      .execute();
    await db.schema
      .createTable("linked_key")
      .addColumn("account_id", "text", (column) =>
        column.notNull().references("account.id").onDelete("cascade"),
      )
      .addColumn("identity_key", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("linked_key_key", ["account_id", "identity_key"])
      .execute();
    await db.schema
      .createTable("device_key")
      .addColumn("device_id", "text", (column) =>
        column.primaryKey().references("device.id").onDelete("cascade"),
      )
      .addColumn("identity_key", "text", (column) => column.notNull())
      .addColumn("link_signatures", "text", (column) => column.notNull())
      .execute();
  },
};
