import { restoreBackup } from "../backup/restore-backup.ts";
import { takeBackup } from "../backup/take-backup.ts";
import { readConfig } from "../config.ts";

/**
 * `ringfence backup`: everything of a server in one file.
 *
 * @throws OperatorError `config`, `no-server-here`, `backup-unusable`
 */
export async function runBackup(path: string): Promise<void> {
  const rows = await takeBackup(readConfig(process.env), path, Date.now());
  console.log(`${path} holds everything of this server: ${counted(rows)}.

Keep it where nobody else can read it: whoever has it can read all messages and act as this server.
Put it back with \`ringfence restore ${path}\` and an empty DATA_DIR, or an empty database in
DATABASE_URL.`);
}

/**
 * `ringfence restore`: the same, into an empty data directory or PostgreSQL.
 *
 * @throws OperatorError `config` and those of `restoreBackup`
 */
export async function runRestore(path: string): Promise<void> {
  const config = readConfig(process.env);
  const rows = await restoreBackup(path, config);
  const place = config.databaseUrl === undefined ? config.dataDirectory : "the PostgreSQL";
  console.log(`Restored ${counted(rows)} into ${place}. Start the server as ever.`);
}

function counted(rows: number): string {
  return rows === 1 ? "1 row" : `${rows.toLocaleString("en")} rows`;
}
