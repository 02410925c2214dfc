import type { Config } from "../config.ts";
import type { Logger } from "../logger.ts";
import { databaseId } from "../store/database-id.ts";
import type { Store } from "../store/store.ts";
import type { Bus } from "./bus.ts";
import { createInProcessBus } from "./in-process-bus.ts";

/**
 * The bus that the settings ask for. It bears the name of the database, so it comes after the store.
 * The client of NATS is loaded by those alone who have one.
 *
 * @throws OperatorError `bus-unreachable`, `bus-refused`
 */
export async function openBus(
  { nats }: Pick<Config, "nats">,
  store: Store,
  logger: Logger,
): Promise<Bus> {
  if (nats === undefined) return createInProcessBus();
  const { joinNatsBus } = await import("./nats/nats-bus.ts");
  const installation = await databaseId(store);
  return joinNatsBus({ address: nats, installation, now: () => performance.now(), logger });
}
