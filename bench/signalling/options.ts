import { parseArgs } from "node:util";
import { type ContenderName, contenderNames } from "./contender.ts";
import { fullScale, quickScale, type Scale } from "./scale.ts";

export const usage = `Usage: npm run bench:signalling -- [options]

Measures this server beside others that set up calls, and writes bench/results/signalling.json and
docs/performance.md. It wants a quiet Linux machine with two cores to itself.

  --rounds=N     rounds of each (${fullScale.rounds})
  --only=NAMES   these servers, with commas: ${contenderNames.join(", ")}
  --quick        ours alone and in small, to see that it works; prints, and writes nothing`;

export interface Options {
  readonly scale: Scale;
  readonly contenders: readonly ContenderName[];
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
  const wanted: readonly string[] =
    values.only?.split(",") ?? (isQuick ? ["ringfence"] : contenderNames);
  const unknown = wanted.find((name) => !contenderNames.some((one) => one === name));
  if (unknown !== undefined) return `There is no server \`${unknown}\`.`;
  const contenders = contenderNames.filter((name) => wanted.includes(name));
  return { scale: { ...scale, rounds }, contenders, isQuick };
}
