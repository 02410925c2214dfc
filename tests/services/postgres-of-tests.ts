import type { TestProject } from "vitest/node";
import { prepareTemplate } from "../../apps/server/src/store/postgres/test-databases.ts";
import { startPostgres } from "./postgres.ts";

/** Runs one PostgreSQL for all tests of a project. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  await prepareTemplate(postgres.url);
  project.provide("postgresUrl", postgres.url);
  return async () => await postgres[Symbol.asyncDispose]();
}
