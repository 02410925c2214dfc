import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/**
 * An account's calls are looked for that are not over; those that are stay for minutes, and were read
 * to be left out.
 */
export const activeCallsByAccount: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const side of ["caller", "callee"]) {
      await db.schema.dropIndex(`call_by_${side}`).execute();
      await db.schema
        .createIndex(`call_by_${side}`)
        .on("call")
        .columns([`${side}_id`, "ended_at"])
        .execute();
    }
  },
};
