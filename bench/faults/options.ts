import { parseArgs } from "node:util";
import { type FaultName, faultNames } from "./faults.ts";

const roundsUsual = 10;
/** One of each kind of recovery, and nothing that takes half a minute. */
const quickFaults: readonly FaultName[] = ["websocket", "address", "outage-4s", "relay"];

export const usage = `Usage: npm run bench:faults -- [options]

Two people in Chromium talk by a relay that is 50 ms away, and something breaks. Measures for how long
they do not hear each other, and writes bench/results/faults.json and docs/performance.md. It needs
Linux, root, and a machine that does nothing else; it takes about a minute for each round.

  --rounds=N     how often each fault is tried (${roundsUsual})
  --only=NAMES   these faults, with commas: ${faultNames.join(", ")}
  --quick        one round of ${quickFaults.join(", ")}; prints, and writes nothing`;

export interface Options {
  readonly rounds: number;
  readonly faults: readonly FaultName[];
  readonly isQuick: boolean;
}

/** @returns the options, or a sentence about what is wrong with them */
export function readOptions(parameters: readonly string[]): Options | string {
  let values: { rounds?: string; only?: string; quick?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...parameters],
      options: {
        rounds: { type: "string" },
        only: { type: "string" },
        quick: { type: "boolean" },
      },
    }));
  } catch (error) {
    return (error as Error).message;
  }
  const isQuick = values.quick === true;
  const rounds = Number(values.rounds ?? (isQuick ? 1 : roundsUsual));
  if (!Number.isInteger(rounds) || rounds < 1) return "--rounds is a whole number from 1.";
  const wanted = values.only?.split(",") ?? (isQuick ? quickFaults : faultNames);
  const unknown = wanted.find((name) => !faultNames.some((fault) => fault === name));
  if (unknown !== undefined) return `There is no fault \`${unknown}\`.`;
  return { rounds, faults: faultNames.filter((name) => wanted.includes(name)), isQuick };
}
