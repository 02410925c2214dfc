import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { DatabaseTooNewError } from "../errors.ts";
import type { Tables } from "../tables.ts";
import { accountsConversationsCalls } from "./0001-accounts-conversations-calls.ts";
import { whoMayRing } from "./0002-who-may-ring.ts";
import { directCalls } from "./0003-direct-calls.ts";
import { pushSubscriptions } from "./0004-push-subscriptions.ts";
import { deviceChains } from "./0005-device-chains.ts";
import { passkeysAndRecovery } from "./0006-passkeys-and-recovery.ts";
import { callRecordDays } from "./0007-call-record-days.ts";
import { relaysOfCalls } from "./0008-relays-of-calls.ts";
import { operatorOrders } from "./0009-operator-orders.ts";
import { activeCallsByAccount } from "./0011-active-calls-by-account.ts";

/** In order, by name. A migration that landed is never edited; the next one corrects it. */
const migrations: Record<string, Migration> = {
  "0001-accounts-conversations-calls": accountsConversationsCalls,
  "0002-who-may-ring": whoMayRing,
  "0003-direct-calls": directCalls,
  "0004-push-subscriptions": pushSubscriptions,
  "0005-device-chains": deviceChains,
  "0006-passkeys-and-recovery": passkeysAndRecovery,
  "0007-call-record-days": callRecordDays,
  "0008-relays-of-calls": relaysOfCalls,
  "0009-operator-orders": operatorOrders,
  "0011-active-calls-by-account": activeCallsByAccount,
};

export const migrationNames: readonly string[] = Object.keys(migrations);

/**
 * Brings the database forward to what this program knows.
 *
 * @param upTo the last migration, where an empty database is to be of an earlier version
 * @throws DatabaseTooNewError when the database holds a migration that this program does not know
 */
export async function migrate(db: Kysely<Tables>, upTo?: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (tables.some((table) => table.name === "kysely_migration")) await isUpToDate(db);
  const { error } = await (upTo === undefined
    ? migrator.migrateToLatest()
    : migrator.migrateTo(upTo));
  if (error !== undefined) throw error;
}

/**
 * Whether a database that was migrated once is what this program knows.
 *
 * @throws DatabaseTooNewError
 */
export async function isUpToDate(db: Kysely<Tables>): Promise<boolean> {
  const rows = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom("kysely_migration")
    .select("name")
    .execute();
  const unknown = rows.map(({ name }) => name).filter((name) => !(name in migrations));
  if (unknown.length > 0) throw new DatabaseTooNewError(unknown);
  return rows.length === migrationNames.length;
}
