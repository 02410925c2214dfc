import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const accountsConversationsCalls: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("account")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("handle", "text", (column) => column.notNull().unique())
      .addColumn("display_name", "text", (column) => column.notNull())
      .addColumn("password_hash", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("suspended_at", "bigint")
      .addColumn("sequence", "bigint", (column) => column.notNull().defaultTo(0))
      .addColumn("calling", "text", (column) => column.notNull())
      .addColumn("audience_mutuals", "integer", (column) => column.notNull())
      .addColumn("audience_people_i_follow", "integer", (column) => column.notNull())
      .addColumn("audience_everyone", "integer", (column) => column.notNull())
      .addColumn("hide_address", "integer", (column) => column.notNull())
      .execute();
    await createLoginTables(db);
    await createPairTables(db);
    await createConversationTables(db);
    await createCallTables(db);
    await db.schema
      .createTable("server_note")
      .addColumn("name", "text", (column) => column.primaryKey())
      .addColumn("value", "text", (column) => column.notNull())
      .execute();
  },
};

async function createLoginTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("device")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("account_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("last_seen_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("device_by_account").on("device").column("account_id").execute();
  await db.schema
    .createTable("login")
    .addColumn("token_hash", "text", (column) => column.primaryKey())
    .addColumn("device_id", "text", (column) =>
      column.notNull().references("device.id").onDelete("cascade"),
    )
    .addColumn("account_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("login_by_device").on("login").column("device_id").execute();
  await db.schema.createIndex("login_by_account").on("login").column("account_id").execute();
  await db.schema
    .createTable("one_time_link")
    .addColumn("token_hash", "text", (column) => column.primaryKey())
    .addColumn("account_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("go_to", "text", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .execute();
}

async function createPairTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("follow")
    .addColumn("follower_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("followed_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("severed_at", "bigint")
    .addPrimaryKeyConstraint("follow_pair", ["follower_id", "followed_id"])
    .execute();
  await db.schema
    .createIndex("follow_by_followed")
    .on("follow")
    .columns(["followed_id", "follower_id"])
    .execute();
  await db.schema
    .createTable("block")
    .addColumn("blocker_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("blocked_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("block_pair", ["blocker_id", "blocked_id"])
    .execute();
  await db.schema
    .createIndex("block_by_blocked")
    .on("block")
    .columns(["blocked_id", "blocker_id"])
    .execute();
  await db.schema
    .createTable("never")
    .addColumn("owner_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("other_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("never_pair", ["owner_id", "other_id"])
    .execute();
  await db.schema
    .createIndex("never_by_other")
    .on("never")
    .columns(["other_id", "owner_id"])
    .execute();
}

async function createConversationTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("conversation")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("low_account_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("high_account_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("conversation_pair", ["low_account_id", "high_account_id"])
    .execute();
  await db.schema
    .createIndex("conversation_by_high")
    .on("conversation")
    .column("high_account_id")
    .execute();
  await db.schema
    .createTable("participation")
    .addColumn("account_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("other_account_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("conversation_id", "text", (column) =>
      column.notNull().references("conversation.id").onDelete("cascade"),
    )
    .addColumn("entered_at", "bigint")
    .addColumn("declined_at", "bigint")
    .addColumn("latest_entry_id", "text")
    .addColumn("latest_received_id", "text")
    .addColumn("read_up_to_id", "text")
    .addPrimaryKeyConstraint("participation_side", ["account_id", "other_account_id"])
    .execute();
  await db.schema
    .createIndex("participation_by_latest")
    .on("participation")
    .columns(["account_id", "latest_entry_id"])
    .execute();
  await db.schema
    .createIndex("participation_by_other")
    .on("participation")
    .column("other_account_id")
    .execute();
  await db.schema
    .createIndex("participation_by_conversation")
    .on("participation")
    .column("conversation_id")
    .execute();
  await db.schema
    .createTable("message")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("conversation_id", "text", (column) =>
      column.notNull().references("conversation.id").onDelete("cascade"),
    )
    .addColumn("sender_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("client_message_id", "text", (column) => column.notNull())
    .addColumn("text", "text", (column) => column.notNull())
    .addColumn("is_withheld", "integer", (column) => column.notNull())
    .addUniqueConstraint("message_sent_once", ["sender_id", "client_message_id"])
    .execute();
  await db.schema
    .createIndex("message_by_conversation")
    .on("message")
    .columns(["conversation_id", "id"])
    .execute();
}

async function createCallTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("call")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("caller_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("callee_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("due_at", "bigint")
    .addColumn("ended_at", "bigint")
    .execute();
  await db.schema
    .createIndex("call_by_due")
    .on("call")
    .column("due_at")
    .where("due_at", "is not", null)
    .execute();
  await db.schema
    .createIndex("call_by_end")
    .on("call")
    .column("ended_at")
    .where("ended_at", "is not", null)
    .execute();
  await db.schema.createIndex("call_by_caller").on("call").column("caller_id").execute();
  await db.schema.createIndex("call_by_callee").on("call").column("callee_id").execute();
  await db.schema
    .createTable("call_record")
    .addColumn("account_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("call_id", "text", (column) => column.notNull())
    .addColumn("other_account_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("is_caller", "integer", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("outcome", "text", (column) => column.notNull())
    .addColumn("started_at", "bigint", (column) => column.notNull())
    .addColumn("duration_ms", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("call_record_of_account", ["account_id", "call_id"])
    .execute();
  await db.schema
    .createIndex("call_record_by_pair")
    .on("call_record")
    .columns(["account_id", "other_account_id", "call_id"])
    .execute();
  await db.schema
    .createIndex("call_record_by_other")
    .on("call_record")
    .column("other_account_id")
    .execute();
  await db.schema
    .createIndex("call_record_by_start")
    .on("call_record")
    .column("started_at")
    .execute();
}
