import { timeOfId } from "@ringfence/protocol";
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

/**
 * Everything that decides who may ring whom. An account that was there before can be rung by nobody
 * who could not ring it then: its audiences stay, and fading and the limits are on.
 */
export const whoMayRing: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await addAccountColumns(db);
    await addParticipationColumns(db);
    await createRingTable(db);
    await createPairTables(db);
    await createAskTable(db);
    await createAttemptAndReportTables(db);
    await createInvitationTable(db);
    await rememberWhoActed(db.withTables<TablesBefore>());
  },
};

async function addAccountColumns(db: Kysely<unknown>): Promise<void> {
  const flags = {
    audience_address_book: 0,
    audience_vouched: 0,
    fading: 1,
    call_back: 1,
    unanswered_limit: 1,
    do_not_disturb: 0,
  };
  for (const [name, value] of Object.entries(flags)) {
    await db.schema
      .alterTable("account")
      .addColumn(name, "integer", (column) => column.notNull().defaultTo(value))
      .execute();
  }
  await db.schema
    .alterTable("account")
    .addColumn("fading_days", "integer", (column) => column.notNull().defaultTo(180))
    .execute();
  await db.schema
    .alterTable("account")
    .addColumn("asking", "text", (column) => column.notNull().defaultTo("anyone-in-conversation"))
    .execute();
  await db.schema.alterTable("account").addColumn("quiet_hours", "text").execute();
  for (const name of ["do_not_disturb_until", "vouched_at"]) {
    await db.schema.alterTable("account").addColumn(name, "bigint").execute();
  }
}

async function addParticipationColumns(db: Kysely<unknown>): Promise<void> {
  for (const name of ["acted_at", "rang_at", "call_back_revoked_at"]) {
    await db.schema.alterTable("participation").addColumn(name, "bigint").execute();
  }
  for (const name of ["rang_at", "call_back_revoked_at"]) {
    await db.schema
      .createIndex(`participation_by_${name}`)
      .on("participation")
      .column(name)
      .where(sql.ref(name), "is not", null)
      .execute();
  }
}

async function createRingTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("recent_ring")
    .addColumn("call_id", "text", (column) => column.primaryKey())
    .addColumn("caller_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("callee_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("rang_at", "bigint", (column) => column.notNull())
    .addColumn("answered_at", "bigint")
    .addColumn("unanswered_at", "bigint")
    .addColumn("counts_for_callee", "integer", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("recent_ring_by_pair")
    .on("recent_ring")
    .columns(["caller_id", "callee_id", "rang_at"])
    .execute();
  await db.schema
    .createIndex("recent_ring_by_caller")
    .on("recent_ring")
    .columns(["caller_id", "rang_at", "callee_id"])
    .execute();
  await db.schema
    .createIndex("recent_ring_by_callee")
    .on("recent_ring")
    .columns(["callee_id", "counts_for_callee", "rang_at"])
    .execute();
  await db.schema.createIndex("recent_ring_by_time").on("recent_ring").column("rang_at").execute();
}

/** What one account decided about another: by its owner, and by the other to be deleted with them. */
function createPairTable(db: Kysely<unknown>, name: string) {
  return db.schema
    .createTable(name)
    .addColumn("owner_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("other_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addPrimaryKeyConstraint(`${name}_pair`, ["owner_id", "other_id"]);
}

async function createPairTables(db: Kysely<unknown>): Promise<void> {
  await createPairTable(db, "call_grant")
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("until_at", "bigint")
    .addColumn("may_break_through", "integer", (column) => column.notNull())
    .addColumn("paused_until", "bigint")
    .addColumn("unanswered_count", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("call_grant_by_until")
    .on("call_grant")
    .column("until_at")
    .where(sql.ref("until_at"), "is not", null)
    .execute();
  await createPairTable(db, "address_book_entry")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
  await createPairTable(db, "address_exception")
    .addColumn("exception", "text", (column) => column.notNull())
    .execute();
  for (const name of ["call_grant", "address_book_entry", "address_exception"]) {
    await db.schema
      .createIndex(`${name}_by_other`)
      .on(name)
      .columns(["other_id", "owner_id"])
      .execute();
  }
}

async function createAskTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("ask")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("asker_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("asked_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("asked_at", "bigint", (column) => column.notNull())
    .addColumn("withdrawn_at", "bigint")
    .addColumn("answered_at", "bigint")
    .addColumn("granted_at", "bigint")
    .execute();
  await db.schema
    .createIndex("ask_by_pair")
    .on("ask")
    .columns(["asker_id", "asked_id", "asked_at"])
    .execute();
  await db.schema.createIndex("ask_by_asked").on("ask").columns(["asked_id", "id"]).execute();
  await db.schema.createIndex("ask_by_time").on("ask").column("asked_at").execute();
}

async function createAttemptAndReportTables(db: Kysely<unknown>): Promise<void> {
  await createPairTable(db, "refused_attempt")
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("attempt_count", "integer", (column) => column.notNull())
    .addColumn("last_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("refused_attempt_by_owner")
    .on("refused_attempt")
    .columns(["owner_id", "last_at"])
    .execute();
  await db.schema
    .createIndex("refused_attempt_by_other")
    .on("refused_attempt")
    .column("other_id")
    .execute();
  await db.schema
    .createIndex("refused_attempt_by_time")
    .on("refused_attempt")
    .column("last_at")
    .execute();
  await db.schema
    .createTable("report")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("reporter_id", "text", (column) =>
      column.notNull().references("account.id").onDelete("cascade"),
    )
    .addColumn("reported_id", "text", (column) =>
      column.references("account.id").onDelete("set null"),
    )
    .addColumn("reported_handle", "text", (column) => column.notNull())
    .addColumn("about", "text", (column) => column.notNull())
    .addColumn("text", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("closed_at", "bigint")
    .execute();
  for (const column of ["reporter_id", "reported_id", "closed_at"]) {
    await db.schema.createIndex(`report_by_${column}`).on("report").column(column).execute();
  }
}

async function createInvitationTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("invitation")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("token_hash", "text", (column) => column.notNull().unique())
    .addColumn("inviter_id", "text", (column) =>
      column.references("account.id").onDelete("cascade"),
    )
    .addColumn("taken_by_id", "text", (column) =>
      column.references("account.id").onDelete("cascade"),
    )
    .addColumn("is_first_account", "integer", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .execute();
  for (const column of ["inviter_id", "taken_by_id", "expires_at"]) {
    await db.schema
      .createIndex(`invitation_by_${column}`)
      .on("invitation")
      .column(column)
      .execute();
  }
  await db.schema
    .createIndex("invitation_of_first_account")
    .on("invitation")
    .column("is_first_account")
    .where(sql.ref("is_first_account"), "=", 1)
    .execute();
}

/** The tables of 0001, as far as they are read here. */
type TablesBefore = {
  participation: {
    account_id: string;
    other_account_id: string;
    conversation_id: string;
    entered_at: number | null;
    acted_at: number | null;
  };
  message: { id: string; conversation_id: string; sender_id: string };
  call_record: {
    account_id: string;
    other_account_id: string;
    is_caller: number;
    outcome: string;
    started_at: number;
  };
};

const sidesAtOnceMax = 1_000;

/**
 * Fading begins from what people really did, and not from the day of the upgrade. A thousand sides
 * at a time: a large server has millions.
 */
async function rememberWhoActed(db: Kysely<TablesBefore>): Promise<void> {
  let last: Side | undefined;
  do {
    const sides = await selectEnteredSides(db, last);
    for (const side of sides) await rememberActed(db, side);
    last = sides.length < sidesAtOnceMax ? undefined : sides.at(-1);
  } while (last !== undefined);
}

type Side = Awaited<ReturnType<typeof selectEnteredSides>>[number];

/** @param after the side that the slice before ended with, by the primary key */
function selectEnteredSides(
  db: Kysely<TablesBefore>,
  after: Pick<TablesBefore["participation"], "account_id" | "other_account_id"> | undefined,
) {
  let query = db
    .selectFrom("participation")
    .select(["account_id", "other_account_id", "entered_at"])
    .select((select) => [
      select
        .selectFrom("message")
        .select((max) => max.fn.max("message.id").as("id"))
        .whereRef("message.conversation_id", "=", "participation.conversation_id")
        .whereRef("message.sender_id", "=", "participation.account_id")
        .as("message_id"),
      select
        .selectFrom("call_record")
        .select((max) => max.fn.max("started_at").as("started_at"))
        .whereRef("call_record.account_id", "=", "participation.account_id")
        .whereRef("call_record.other_account_id", "=", "participation.other_account_id")
        .where((where) => where.or([where("is_caller", "=", 1), where("outcome", "=", "answered")]))
        .as("called_at"),
    ])
    .where("entered_at", "is not", null)
    .orderBy("account_id")
    .orderBy("other_account_id")
    .limit(sidesAtOnceMax);
  if (after !== undefined) {
    query = query.where(
      sql<boolean>`(account_id, other_account_id) > (${after.account_id}, ${after.other_account_id})`,
    );
  }
  return query.execute();
}

async function rememberActed(db: Kysely<TablesBefore>, side: Side): Promise<void> {
  const wroteAt = side.message_id === null ? 0 : timeOfId(side.message_id);
  const acted_at = Math.max(side.entered_at ?? 0, wroteAt, side.called_at ?? 0);
  await db
    .updateTable("participation")
    .set({ acted_at })
    .where("account_id", "=", side.account_id)
    .where("other_account_id", "=", side.other_account_id)
    .execute();
}
