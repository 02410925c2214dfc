import { clean } from "./clean.ts";
import { confirmTarget } from "./confirm-target.ts";
import { askConsent } from "./consent.ts";
import { Door } from "./door.ts";
import { SimulationError } from "./errors.ts";
import { readOptions, type SimulationOptions, type TypedSimulation } from "./options.ts";
import { Progress } from "./progress.ts";
import { reportText } from "./report-text.ts";
import { simulate } from "./simulation.ts";
import { Tally } from "./tally.ts";

const interruptedExitCode = 130;

/**
 * `ringfence simulate`.
 *
 * @returns the exit code: 0; 1 where it was refused, or accounts could not be removed
 */
export async function runSimulate(
  typed: TypedSimulation,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const isJson = typed.flags.has("json");
  try {
    const options = readOptions(typed, environment);
    await confirmTarget(options.origin, { input: process.stdin, output: process.stderr });
    using door = new Door(options.origin);
    const { handles } = await askConsent(door, options.code);
    if (options.isCleaning) return sayCleaned(await clean(door, options.code), isJson);
    if (handles.length > 0) {
      console.error(
        `${handles.length} or more accounts of an earlier simulation are still there: \`ringfence simulate --clean\` removes them.`,
      );
    }
    return await runOn(door, options);
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    const { code, message } = error;
    if (isJson) console.log(JSON.stringify({ error: { code, message } }));
    else console.error(`${message} (${code})`);
    return 1;
  }
}

async function runOn(door: Door, options: SimulationOptions): Promise<number> {
  const tally = new Tally();
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) {
      console.error("Left at once. `ringfence simulate --clean` removes what is left.");
      process.exit(interruptedExitCode);
    }
    console.error("Ending: calls are hung up and accounts removed. Once more to leave at once.");
    stop.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    using progress = new Progress(tally, process.stderr);
    const watch = progress.watch.bind(progress);
    const report = await simulate({ options, door, tally, stop: stop.signal, watch });
    console.log(options.isJson ? JSON.stringify(report) : reportText(report));
    return report.people.left === 0 ? 0 : 1;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

function sayCleaned(cleaned: { removed: number; left: number }, isJson: boolean): number {
  const { removed, left } = cleaned;
  if (isJson) console.log(JSON.stringify({ cleaned }));
  else {
    console.log(
      `${removed} simulated accounts were removed${left === 0 ? "." : `, and ${left} stay: they have another password than simulations with this code give.`}`,
    );
  }
  return left === 0 ? 0 : 1;
}
