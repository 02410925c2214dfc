import type { Kysely } from "kysely";
import { relaySecretFile, vapidKeyFile } from "../../data-directory.ts";
import type { Tables } from "../tables.ts";
import { connectPatiently } from "./connect.ts";
import { inWordsForOperators } from "./operator-words.ts";
import { preparePostgres } from "./prepare.ts";

/** What a server with a data directory keeps in files there. */
export const secretNotes = [relaySecretFile, vapidKeyFile] as const;
export type SecretNote = (typeof secretNotes)[number];

/** How each is made where there is none. */
export type SecretMakers = Readonly<Record<SecretNote, () => string>>;

/**
 * The secrets of a server, made by whichever node comes first and the same for all of them.
 *
 * @throws DatabaseTooNewError, OperatorError `database-unusable`
 */
export async function keepSecrets(
  url: string,
  make: SecretMakers,
): Promise<Record<SecretNote, string>> {
  return await inWordsForOperators(url, async () => {
    await using db = connectPatiently(url);
    await preparePostgres(db);
    const [relaySecret, vapidKey] = [
      await keepSecret(db, relaySecretFile, make[relaySecretFile]),
      await keepSecret(db, vapidKeyFile, make[vapidKeyFile]),
    ];
    return { [relaySecretFile]: relaySecret, [vapidKeyFile]: vapidKey };
  });
}

async function keepSecret(
  db: Kysely<Tables>,
  name: SecretNote,
  make: () => string,
): Promise<string> {
  await db
    .insertInto("server_note")
    .values({ name, value: make() })
    .onConflict((conflict) => conflict.column("name").doNothing())
    .execute();
  const { value } = await db
    .selectFrom("server_note")
    .select("value")
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  return value;
}
