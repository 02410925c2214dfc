import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";

/** Where commands run and their paths begin. */
export const checkout = join(import.meta.dirname, "..");

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** Of the passed ones, those that needed a second try. */
  flaky: number;
}

/** One thing that has to hold before a change lands. */
export interface Step {
  readonly title: string;
  /** @returns whether it holds, and what was counted where it counts tests */
  readonly run: () => Promise<{ holds: boolean; tally?: Tally }>;
}

/** A step that holds when each of its commands, in turn, exits with 0. */
export function commands(title: string, ...lines: readonly (readonly string[])[]): Step {
  return {
    title,
    async run() {
      for (const line of lines) if (!(await runCommand(line))) return { holds: false };
      return { holds: true };
    },
  };
}

/**
 * Runs the steps in order up to the first that does not hold, and says what was counted on a line of
 * its own, the last. A step that fails counts as at least one failure.
 *
 * @returns the exit code
 */
export async function runSteps(steps: readonly Step[]): Promise<number> {
  const total: Tally = { passed: 0, failed: 0, skipped: 0, flaky: 0 };
  let failedAt: string | undefined;
  for (const { title, run } of steps) {
    console.log(`\n## ${title}`);
    const startedAt = performance.now();
    const { holds, tally } = await run();
    total.passed += tally?.passed ?? 0;
    total.skipped += tally?.skipped ?? 0;
    total.flaky += tally?.flaky ?? 0;
    total.failed += Math.max(tally?.failed ?? 0, holds ? 0 : 1);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`## ${title}: ${holds ? "good" : "FAILED"}, ${seconds} s`);
    if (holds) continue;
    failedAt = title;
    break;
  }
  console.log(failedAt === undefined ? "\nEverything holds." : `\nStopped at: ${failedAt}.`);
  if (total.skipped > 0) console.log(`${total.skipped} skipped`);
  if (total.flaky > 0) console.log(`${total.flaky} passed only at the second try: look at them`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return failedAt === undefined ? 0 : 1;
}

/** @returns whether it exited with 0 */
export async function runCommand(
  [command = "", ...parameters]: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const tools = join(checkout, "node_modules", ".bin");
  const child = spawn(command, parameters, {
    cwd: checkout,
    stdio: "inherit",
    env: {
      ...process.env,
      PATH: `${tools}${delimiter}${process.env["PATH"] ?? ""}`,
      ...environment,
    },
  });
  child.once("error", reject);
  child.once("exit", resolve);
  return (await promise) === 0;
}
