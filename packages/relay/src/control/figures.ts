import { z } from "zod";
import { stunErrorCodes } from "../stun/error-code.ts";
import { dropReasons } from "../turn/action.ts";
import { quotas, type Tally } from "../turn/counters.ts";
import type { CoreFigures } from "../turn/figures.ts";
import { transports } from "../turn/five-tuple.ts";

/** What a relay holds just now, and has done since it started. No figure says whose. */
export interface RelayFigures extends CoreFigures {
  /** Over TCP and TLS. */
  readonly connections: number;
  /** What its process takes: CPU time since it started, and memory. */
  readonly process: { readonly cpuSeconds: number; readonly residentBytes: number };
}

const count = z.int().nonnegative();

/** Names that another version does not know are 0 there, and names that we do not know are left out. */
function tallyOf<Name extends string | number>(names: readonly Name[]) {
  const shape = Object.fromEntries(names.map((name) => [name, count.default(0)]));
  return z.object(shape).prefault({}) as unknown as z.ZodType<Tally<Name>>;
}

/** The figures as a relay reports them: the counters say what it did since it reported last. */
export const ReportedFigures = z.object({
  isDraining: z.boolean(),
  calls: count,
  allocations: tallyOf(transports),
  connections: count,
  process: z
    .object({ cpuSeconds: z.number().nonnegative(), residentBytes: count })
    .default({ cpuSeconds: 0, residentBytes: 0 }),
  counters: z.object({
    packetsIn: tallyOf(transports),
    packetsOut: tallyOf(transports),
    bytesIn: tallyOf(transports),
    bytesOut: tallyOf(transports),
    drops: tallyOf(dropReasons),
    answers: tallyOf(["success", ...stunErrorCodes]),
    quotaRefusals: tallyOf(quotas),
  }),
}) satisfies z.ZodType<RelayFigures>;
