import { type Config, type Environment, readConfig } from "../../config.ts";
import { OperatorError } from "../../operator-error.ts";
import { checkCertificateFiles, checkPresentedCertificate } from "./check-certificate.ts";
import { checkClock } from "./check-clock.ts";
import { checkDataDirectory } from "./check-data-directory.ts";
import { checkDatabase } from "./check-database.ts";
import { checkMachine } from "./check-machine.ts";
import { checkPush } from "./check-push.ts";
import { checkRelay } from "./check-relay.ts";
import { checkSecret } from "./check-secret.ts";
import { checkSettings } from "./check-settings.ts";
import { checkWeb } from "./check-web.ts";
import { checkWebSocket } from "./check-websocket.ts";
import { type Finding, fault, lineOf, summaryOf } from "./finding.ts";
import { findRunningServer } from "./running-server.ts";

export interface DoctorOptions {
  /** Prints an array of findings in place of lines. */
  readonly isJson: boolean;
  /** Also asks the push services, which are not this server's. */
  readonly asksPushServices: boolean;
}

/**
 * `ringfence doctor`: looks at everything that a server needs, beside one that runs or without, and
 * says of each what it found and what to do. It changes nothing but a file of its own in the data
 * directory, for a moment. Beside this server and its proxy it asks the system's DNS, the relays of
 * `RELAY_URLS`, and push services where it is told to.
 *
 * @returns the exit code: 1 with a fault
 */
export async function runDoctor(environment: Environment, options: DoctorOptions): Promise<number> {
  const findings: Finding[] = [];
  const say = (...found: readonly Finding[]) => {
    findings.push(...found);
    if (!options.isJson) for (const finding of found) console.log(lineOf(finding));
  };
  const config = readSettings(environment, say);
  if (config !== undefined) await examine(config, options, say);
  if (options.isJson) console.log(JSON.stringify(findings, null, 2));
  else console.log(`\n${summaryOf(findings)}`);
  return findings.some(({ level }) => level === "fault") ? 1 : 0;
}

type Say = (...found: readonly Finding[]) => void;

/** Every contradiction is a line of its own; without settings there is nothing else to look at. */
function readSettings(environment: Environment, say: Say): Config | undefined {
  try {
    return readConfig(environment);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    for (const sentence of error.message.split("\n")) {
      say(fault("settings", sentence, "A server does not start until then."));
    }
    return undefined;
  }
}

async function examine(given: Config, options: DoctorOptions, say: Say): Promise<void> {
  say(...checkSettings(given));
  say(...checkDataDirectory(given.dataDirectory));
  const { findings, config } = await lookAtDatabase(given);
  say(...findings);
  say(...(await lookAtBus(given)));
  const secret = checkSecret(config);
  say(secret.finding);
  say(...checkCertificateFiles(config));
  const running = await findRunningServer(config, secret.secret);
  say(...checkMachine(running.answer?.processId), running.finding);
  const web = await checkWeb(config, secret.secret, running.answer !== undefined);
  say(...web.findings);
  say(...(await checkPresentedCertificate(config, web.isReached)));
  say(await checkClock(config.dataDirectory, web.date));
  if (web.isReached) say(await checkWebSocket(config));
  say(...(await checkRelay(config, running.answer)));
  say(...(await checkPush(config, options.asksPushServices)));
}

async function lookAtBus({ nats }: Config): Promise<Finding[]> {
  if (nats === undefined) return [];
  const { checkBus } = await import("./check-bus.ts");
  return [await checkBus(nats)];
}

async function lookAtDatabase(config: Config): Promise<{ findings: Finding[]; config: Config }> {
  const { databaseUrl, dataDirectory } = config;
  if (databaseUrl === undefined) return { findings: checkDatabase(dataDirectory), config };
  const { checkPostgres } = await import("./check-postgres.ts");
  return await checkPostgres(config, databaseUrl);
}
