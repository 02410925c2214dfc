import { expect, test } from "vitest";
import { readConfig } from "../../config.ts";
import { relaySecretFile, vapidKeyFile } from "../../data-directory.ts";
import { keepSecrets } from "../../store/postgres/kept-secrets.ts";
import { newPostgres } from "../../store/test-store.ts";
import { checkPostgres } from "./check-postgres.ts";

const examine = (url: string) => checkPostgres(readConfig({ DATABASE_URL: url }), url);

test("a PostgreSQL has a line, and its secrets are found in it", async () => {
  const url = await newPostgres("nothing");
  const empty = await examine(url);
  expect(empty.findings.map(({ level }) => level)).toEqual(["good", "good"]);
  await keepSecrets(url, { [relaySecretFile]: () => "a secret", [vapidKeyFile]: () => "a key" });
  const { findings, config } = await examine(url);
  expect(findings).toMatchObject([{ level: "good", found: expect.stringContaining("answers in") }]);
  expect(config).toMatchObject({ relaySecret: "a secret", vapidKey: "a key" });
});

test("a PostgreSQL that is not there is a fault, with what can be done", async () => {
  const { findings } = await examine("postgres://nobody:secret@127.0.0.1:1/nothing");
  expect(findings).toMatchObject([
    { level: "fault", found: expect.stringContaining("Nothing answers there") },
  ]);
  expect(JSON.stringify(findings)).not.toContain("secret@");
});
