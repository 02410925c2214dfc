import { runRelay } from "@ringfence/relay";
import { runSupervised } from "../cli/supervised.ts";
import { readRelaySettings } from "../config.ts";
import { createLogger } from "../logger.ts";

/**
 * The relay's own process: supervised by `ringfence start`, or alone as `ringfence relay`. SIGUSR2
 * has it write its figures into the log; SIGQUIT has it end when its calls have: until then it takes
 * no new ones.
 *
 * @returns the exit code
 */
export function runRelayProcess(): Promise<number> {
  return runSupervised(async ({ ready, stopped }) => {
    const settings = readRelaySettings(process.env);
    const logger = createLogger(settings.logLevel);
    await using relay = await runRelay(settings, logger);
    const finished = Promise.withResolvers<void>();
    process.on("SIGUSR2", () => {
      void relay.figures().then((figures) => logger.info({ figures }, "relay figures"));
    });
    process.on("SIGQUIT", () => {
      void relay.drain();
      void relay.drained.then(finished.resolve);
    });
    logger.info({ id: relay.id, port: relay.port, dataPath: relay.dataPath }, "relay listening");
    ready();
    await Promise.race([stopped, finished.promise, relay.failed]);
  });
}

if (import.meta.main) process.exitCode = await runRelayProcess();
