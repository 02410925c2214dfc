import { sql } from "kysely";
import type { Config } from "../../config.ts";
import { relaySecretFile, vapidKeyFile } from "../../data-directory.ts";
import { OperatorError } from "../../operator-error.ts";
import { isUpToDate } from "../../store/migrations/migrate.ts";
import { DatabaseTooNewError } from "../../store/errors.ts";
import { connectPatiently } from "../../store/postgres/connect.ts";
import { inWordsForOperators, placeOf } from "../../store/postgres/operator-words.ts";
import { checkServer } from "../../store/postgres/prepare.ts";
import { type Finding, fault, good, warning } from "./finding.ts";

/**
 * Asks the operator's own PostgreSQL, beside servers that may be using it. It changes nothing.
 *
 * @returns what it found, and the settings together with the secrets that are kept there
 */
export async function checkPostgres(
  config: Config,
  url: string,
): Promise<{ findings: Finding[]; config: Config }> {
  try {
    return await inWordsForOperators(url, async () => {
      await using db = connectPatiently(url);
      await checkServer(db);
      const begunMs = performance.now();
      const { rows } = await sql<{ version: string; isThere: boolean }>`
        select current_setting('server_version') as version,
               to_regclass('kysely_migration') is not null as "isThere"`.execute(db);
      const tookMs = Math.round(performance.now() - begunMs);
      const [server] = rows;
      const findings = [
        good(
          "database",
          `PostgreSQL ${server?.version} at ${placeOf(url)} answers in ${tookMs} ms.`,
        ),
      ];
      if (server?.isThere !== true) {
        findings.push(good("database", "It is empty yet: the first start makes the tables."));
        return { findings, config };
      }
      if (!(await isUpToDate(db))) {
        findings.push(
          warning(
            "database",
            "It is of an older version: the next start brings it forward.",
            "Take a backup before that start: there is no way back.",
          ),
        );
      }
      const notes = await db.selectFrom("server_note").selectAll().execute();
      const noteOf = (name: string) => notes.find((note) => note.name === name)?.value;
      const relaySecret = config.relaySecret ?? noteOf(relaySecretFile);
      const vapidKey = config.vapidKey ?? noteOf(vapidKeyFile);
      return { findings, config: { ...config, relaySecret, vapidKey } };
    });
  } catch (error) {
    if (!(error instanceof OperatorError || error instanceof DatabaseTooNewError)) throw error;
    const todo = "A server does not start until then.";
    return { findings: [fault("database", error.message, todo)], config };
  }
}
