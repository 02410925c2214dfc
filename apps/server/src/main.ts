import { startApplication } from "./application.ts";
import { runSupervised } from "./cli/supervised.ts";
import { readConfig } from "./config.ts";
import { seedDemo } from "./demo/seed-demo.ts";
import { inviteFirstAccount } from "./invitations/first-account.ts";
import { createLogger } from "./logger.ts";
import { OperatorError } from "./operator-error.ts";

/** The application's own process. `ringfence start` supervises it, beside the relay's. */
function runApplication(): Promise<number> {
  return runSupervised(async ({ ready, stopped }) => {
    const isDemo = process.argv.includes("--demo");
    const config = readConfig(process.env, { demo: isDemo });
    const logger = createLogger(config.logLevel);
    const { relaySecret, vapidKey } = config;
    if (relaySecret === undefined || vapidKey === undefined) {
      throw new OperatorError(
        "config",
        "The secrets of this server are missing: start with `ringfence start`.",
      );
    }
    const given = { ...config, relaySecret, vapidKey };
    await using application = await startApplication(given, logger);
    const { store } = application;
    ready(
      isDemo
        ? { demoLinks: await seedDemo(store) }
        : { firstAccountPath: await inviteFirstAccount(store) },
    );
    await stopped;
  });
}

// Loading it without running it, as the preparation does, only compiles it.
if (import.meta.main) process.exitCode = await runApplication();
