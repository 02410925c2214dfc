import { randomUUID } from "node:crypto";
import type { Store } from "./store.ts";

const note = "database-id";

/**
 * What the nodes that share this database know each other by: made by the first that asks, and the
 * same for ever. A backup takes it along.
 */
export function databaseId(store: Store): Promise<string> {
  return store.write(async ({ db }) => {
    await db
      .insertInto("server_note")
      .values({ name: note, value: randomUUID() })
      .onConflict((conflict) => conflict.column("name").doNothing())
      .execute();
    const { value } = await db
      .selectFrom("server_note")
      .select("value")
      .where("name", "=", note)
      .executeTakeFirstOrThrow();
    return value;
  });
}
