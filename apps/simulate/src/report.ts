import { z } from "zod";
import { outcomes } from "./mix.ts";
import { waits } from "./tally.ts";

const count = z.int().nonnegative();
const Summary = z.object({
  count,
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
  max: z.number(),
});
const Cost = z.object({
  cpuMsPerPersonAndMinute: z.number(),
  residentBytesPerPerson: z.number(),
  cpuMsPerCall: z.number().nullable(),
  residentBytesBefore: z.number(),
  residentBytesAfter: z.number(),
});

/** What `ringfence simulate --json` writes: one line, and the last. */
export const SimulationReport = z.object({
  version: z.literal(1),
  target: z.string(),
  /** The same with the same options makes the same people do the same; how long it takes differs. */
  seed: z.int(),
  mix: z.string(),
  /** Whether somebody stopped it, or it ran its time. */
  wasStopped: z.boolean(),
  people: z.object({
    asked: count,
    /** Who could sign up, and had a page connected when the calls began. */
    connected: count,
    /** Accounts that could not be removed: `ringfence simulate --clean` tries again. */
    left: count,
  }),
  calls: z.object({
    perSecondAsked: z.number(),
    /** Of those that began, over the time in which they could. */
    perSecond: z.number(),
    seconds: z.number(),
    begun: count,
    atOnceMax: count,
    ...Object.fromEntries(outcomes.map((name) => [name, count])),
    failed: count,
    /** They went on when the time was over. */
    cutShort: count,
    /** It was time for another, and nobody was free who may ring somebody free. */
    notBegun: count,
  }),
  messages: z.object({ sent: count, delivered: count }),
  /** Each call with media has two ends, and the packets are those of both. */
  media: z.object({
    calls: count,
    /** Both ends sent and received over addresses of the relay alone. */
    relayed: count,
    packetsSent: count,
    packetsReceived: count,
    /** That the server's relays say they received meanwhile; null where it does not tell. */
    relayPackets: count.nullable(),
  }),
  /** In milliseconds, by this machine's clock; null where there was none. */
  waitsMs: z.object(Object.fromEntries(waits.map((name) => [name, Summary.nullable()]))),
  /** By kind. */
  errors: z.record(z.string(), count),
  /** null where the server does not tell. */
  server: z.object({ application: Cost, relay: Cost.nullable() }).nullable(),
  /** What the simulation itself took while calls began: near one core, the waits are its own. */
  simulator: z.object({ cores: z.number(), residentBytes: z.number() }),
});
export type SimulationReport = z.infer<typeof SimulationReport>;
