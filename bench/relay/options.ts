import { parseArgs } from "node:util";
import { type PartName, partNames } from "./parts.ts";
import { fullScale, quickScale, type Scale } from "./scale.ts";

export const usage = `Usage: npm run bench:relay -- [options]

Measures this relay beside coturn, and writes bench/results/relay.json, docs/performance.md and
docs/images/relay-cpu.svg. It wants a quiet machine with two cores to itself.

  --rounds=N     rounds of each part (${fullScale.rounds})
  --only=NAMES   these parts, with commas: ${partNames.join(", ")}
  --quick        everything in small, to see that it works; prints, and writes nothing`;

export interface Options {
  readonly scale: Scale;
  readonly parts: readonly PartName[];
  /** Only whether figures come out is of interest. */
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
  const scale = isQuick ? quickScale : fullScale;
  const rounds = values.rounds === undefined ? scale.rounds : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) return "--rounds is a whole number from 1.";
  const wanted = values.only?.split(",") ?? partNames;
  const unknown = wanted.find((name) => !partNames.some((part) => part === name));
  if (unknown !== undefined) return `There is no part \`${unknown}\`.`;
  const parts = partNames.filter((name) => wanted.includes(name));
  return { scale: { ...scale, rounds }, parts, isQuick };
}
