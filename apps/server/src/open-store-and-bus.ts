import type { Bus } from "./bus/bus.ts";
import { openBus } from "./bus/open-bus.ts";
import type { Config } from "./config.ts";
import type { Figures } from "./figures/figures.ts";
import { timedStore } from "./figures/timed-store.ts";
import type { Logger } from "./logger.ts";
import { openStore } from "./store/open-store.ts";
import type { Store, StoreParts } from "./store/store.ts";

interface Parts extends Omit<StoreParts, "bus"> {
  logger: Logger;
  figures: Figures;
}

/** The store delivers over the bus, and the bus bears the name of the database. */
export async function openStoreAndBus(
  config: Config,
  { logger, figures, ...parts }: Parts,
  resources: AsyncDisposableStack,
): Promise<{ store: Store; bus: Bus }> {
  const deliver: Bus["deliver"] = async (account, message) => {
    const outcome = await bus.deliver(account, message);
    const said = message.frame.message;
    if (said.type === "ring" && outcome === "delivered") figures.ringWritten(said.call.callId);
    return outcome;
  };
  // First, so that a start that is refused has changed nothing.
  resources.use(await holdDatabase(config, logger));
  const opened = resources.use(await openStore(config, { ...parts, bus: { deliver } }));
  const store = timedStore(opened, figures.writeSeconds);
  const bus: Bus = resources.use(await openBus(config, store, logger));
  return { store, bus };
}

/** A file is held with its directory, by whoever supervises this process. */
async function holdDatabase(config: Config, logger: Logger): Promise<AsyncDisposable> {
  const { databaseUrl, nats } = config;
  if (databaseUrl === undefined) return new AsyncDisposableStack();
  const postgres = await import("./store/postgres/hold-database.ts");
  return await postgres.holdDatabase(databaseUrl, {
    logger,
    isShared: nats !== undefined,
    lost(error) {
      logger.fatal(error.message);
      process.exit(1);
    },
  });
}
