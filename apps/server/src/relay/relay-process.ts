import { runRelay } from "@ringfence/relay";
import { runSupervised } from "../cli/supervised.ts";
import { readRelaySettings } from "../config.ts";
import { createLogger } from "../logger.ts";

/**
 * The relay's own process: supervised by `ringfence start`, or alone as `ringfence relay`.
 *
 * @returns the exit code
 */
export function runRelayProcess(): Promise<number> {
  return runSupervised(async ({ ready, stopped }) => {
    const settings = readRelaySettings(process.env);
    const logger = createLogger(settings.logLevel);
    await using relay = await runRelay(settings, logger);
    logger.info({ port: relay.port }, "relay listening");
    ready();
    await stopped;
  });
}

if (import.meta.main) process.exitCode = await runRelayProcess();
