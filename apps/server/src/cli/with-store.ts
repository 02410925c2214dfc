import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { type Config, readConfig } from "../config.ts";
import { databaseFile } from "../data-directory.ts";
import { OperatorError } from "../operator-error.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";

/**
 * Runs an operator's command on the database of a server, whether that runs meanwhile or not. What
 * the command delivers is counted there: pages that are open see a number that they missed with
 * the next heartbeat, and fetch again.
 *
 * @throws OperatorError `config`, `no-server-here`, `database-unusable`
 */
export async function withStore<T>(work: (store: Store, config: Config) => Promise<T>): Promise<T> {
  const config = readConfig(process.env);
  const hasData =
    config.databaseUrl !== undefined || existsSync(join(config.dataDirectory, databaseFile));
  if (!hasData) {
    throw new OperatorError(
      "no-server-here",
      `There is no server's data in ${config.dataDirectory}. Name the right directory with DATA_DIR, or start a server first.`,
    );
  }
  const bus = createInProcessBus();
  await using store = await openStore(config, { bus, now: Date.now, logError: console.error });
  return await work(store, config);
}
