import { parseArgs } from "node:util";

const callsByDefault = 20;
const quickCalls = 1;

export const usage = `Usage: npm run bench:setup -- [options]

Measures how long it takes from the tap on *Accept* until the two hear each other, and writes
bench/results/setup.json and docs/performance.md. It needs Linux and root, and wants a quiet machine.

  --calls=N      calls of each order (${callsByDefault}); in Firefox a fifth of that
  --quick        one of each, to see that it works; prints, and writes nothing`;

export interface Options {
  readonly calls: number;
  /** Only whether figures come out is of interest. */
  readonly isQuick: boolean;
}

/** @returns the options, or a sentence about what is wrong with them */
export function readOptions(parameters: readonly string[]): Options | string {
  let values: { calls?: string; quick?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...parameters],
      options: { calls: { type: "string" }, quick: { type: "boolean" } },
    }));
  } catch (error) {
    return (error as Error).message;
  }
  const isQuick = values.quick === true;
  const calls = Number(values.calls ?? (isQuick ? quickCalls : callsByDefault));
  if (!Number.isInteger(calls) || calls < 1) return "--calls is a whole number from 1.";
  return { calls, isQuick };
}
