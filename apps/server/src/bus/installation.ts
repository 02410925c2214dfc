import { randomUUID } from "node:crypto";
import type { Store } from "../store/store.ts";

/**
 * The name of what all nodes of one database are together. It is made once and for all, by whichever
 * node asks first.
 */
export async function installationOf(store: Store): Promise<string> {
  const made = { name: "installation", value: randomUUID() } as const;
  const row = await store.write(async ({ db }) => {
    await db
      .insertInto("server_note")
      .values(made)
      .onConflict((conflict) => conflict.column("name").doNothing())
      .execute();
    return db
      .selectFrom("server_note")
      .select("value")
      .where("name", "=", made.name)
      .executeTakeFirstOrThrow();
  });
  return row.value;
}
