import { existsSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Config, readConfig } from "../config.ts";
import {
  type DataDirectory,
  databaseFile,
  makeSecret,
  openDataDirectory,
  relaySecretFile,
  vapidKeyFile,
} from "../data-directory.ts";
import { type Logger, createLogger } from "../logger.ts";
import { OperatorError } from "../operator-error.ts";
import { readWebBuild, webDirectory } from "../http/web-build.ts";
import { makeVapidKey } from "../push/vapid-key.ts";
import { chooseBridgePath } from "../relay/bridge-path.ts";
import { announcement } from "./announcement.ts";
import { compileCache } from "./compile-cache.ts";
import { localHostOf } from "./local-host.ts";
import { KeptProcess, type ProcessPlan } from "./kept-process.ts";
import { applicationFootprint, smallFootprint } from "./small-footprint.ts";

const forcedExitCode = 130;
/** Tells the data of a demonstration from that of people. */
const demoMark = "demo";

/**
 * Runs everything: keeps the application and the relay going, each in its own process, until a
 * signal ends all of it.
 *
 * @returns the exit code
 * @throws OperatorError when it cannot start
 */
export async function start({ isDemo }: { isDemo: boolean }): Promise<number> {
  const config = readConfig(process.env, { demo: isDemo });
  const stopped = untilStopped();
  using directory = openDataDirectory(config.dataDirectory);
  if (isDemo) markDemo(directory, config);
  using bridge = chooseBridgePath(config.dataDirectory);
  const logger = createLogger(config.logLevel);
  const settings = {
    config,
    ...(await secretsOf(config, directory, logger)),
    bridgePath: bridge.path,
  };
  await using application = new KeptProcess(applicationPlan(settings, isDemo), logger);
  await using relay = new KeptProcess(relayPlan(settings), logger);
  stopped.force(() => {
    application.kill();
    relay.kill();
    process.exit(forcedExitCode);
  });

  const ready = await Promise.race([
    Promise.all([application.firstReady, relay.firstReady]),
    stopped.first,
  ]);
  if (ready !== undefined) {
    console.log(announcement(config, ready[0], readWebBuild(webDirectory)?.name));
    await stopped.first;
  }
  logger.info("stopping");
  return 0;
}

interface Secrets {
  relaySecret: string;
  vapidKey: string;
}

interface Settings extends Secrets {
  config: Config;
  bridgePath: string;
}

/** What the operator set, or what was made at the first start. All nodes of a database have the same. */
async function secretsOf(
  config: Config,
  directory: DataDirectory,
  logger: Logger,
): Promise<Secrets> {
  const { relaySecret, vapidKey, databaseUrl, nats } = config;
  if (relaySecret !== undefined && vapidKey !== undefined) return { relaySecret, vapidKey };
  if (databaseUrl === undefined) {
    return {
      relaySecret: relaySecret ?? directory.secret(relaySecretFile),
      vapidKey: vapidKey ?? directory.secret(vapidKeyFile, makeVapidKey),
    };
  }
  const { holdDatabase } = await import("../store/postgres/hold-database.ts");
  const { keepSecrets } = await import("../store/postgres/kept-secrets.ts");
  // Until they are kept; then the application holds it itself.
  const isShared = nats !== undefined;
  await using _held = await holdDatabase(databaseUrl, { logger, isShared, lost() {} });
  const make = { [relaySecretFile]: makeSecret, [vapidKeyFile]: makeVapidKey };
  const kept = await keepSecrets(databaseUrl, make);
  return {
    relaySecret: relaySecret ?? kept[relaySecretFile],
    vapidKey: vapidKey ?? kept[vapidKeyFile],
  };
}

function applicationPlan({ config, ...given }: Settings, isDemo: boolean): ProcessPlan {
  return {
    name: "application",
    module: modulePath("../main.ts"),
    // A restart in the middle makes no new links: nobody would see them.
    firstParameters: isDemo ? ["--demo"] : [],
    flags: applicationFootprint,
    environment: {
      ...process.env,
      NODE_COMPILE_CACHE: compileCache,
      HOST: config.host,
      DATA_DIR: config.dataDirectory,
      RELAY_SECRET: given.relaySecret,
      RELAY_BRIDGE: given.bridgePath,
      VAPID_KEY: given.vapidKey,
    },
  };
}

/** The relay is told what it needs and nothing else. */
function relayPlan({ config, ...given }: Settings): ProcessPlan {
  const ownControl = `ws://${localHostOf(config.host)}:${config.port}/relay-control`;
  return {
    name: "relay",
    module: modulePath("../relay/relay-process.ts"),
    flags: smallFootprint,
    environment: {
      NODE_COMPILE_CACHE: compileCache,
      HOST: config.host,
      PORT: String(config.port),
      LOG_LEVEL: config.logLevel,
      RELAY_SECRET: given.relaySecret,
      RELAY_CONTROL: [ownControl, ...config.relayControlUrls].join(","),
      RELAY_PUBLIC_URLS: config.relayPublicUrls.join(","),
      RELAY_GROUP: config.relayGroup,
      RELAY_BRIDGE: given.bridgePath,
      RELAY_DATA_PATH: config.relayDataPath,
    },
  };
}

/** A demonstration signs two people up and prints links into their accounts: never among real ones. */
function markDemo(directory: DataDirectory, { dataDirectory }: Config): void {
  if (existsSync(directory.file(databaseFile)) && !existsSync(directory.file(demoMark))) {
    throw new OperatorError(
      "data-directory-not-demo",
      `${dataDirectory} holds a server that is no demonstration. Give the demonstration another DATA_DIR, such as ./data-demo.`,
    );
  }
  writeFileSync(directory.file(demoMark), "");
}

/** The first signal ends everything in order, the second at once. */
function untilStopped() {
  const first = Promise.withResolvers<undefined>();
  let force: (() => void) | undefined;
  let signals = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      signals++;
      if (signals === 1) first.resolve(undefined);
      else force?.();
    });
  }
  return { first: first.promise, force: (act: () => void) => void (force = act) };
}

function modulePath(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
