import { setTimeout as delay } from "node:timers/promises";
import { shareOfMemoryMiB } from "../proc.ts";
import { rounded } from "../statistics.ts";
import type { Bench } from "./bench.ts";
import type { Contender } from "./contender.ts";

export interface IdleFigures {
  readonly connections: number;
  readonly kilobytesEach: number;
  /** Before the first of them. */
  readonly beforeMiB: number;
}

/** What connections take of a server's memory that are signed in and say nothing. */
export async function measureIdle(
  { scale, signal }: Bench,
  server: Contender,
): Promise<IdleFigures> {
  // The first ones make the server load and compile what it needs for any.
  await server.connectIdle(Math.ceil(scale.idleConnections / 100));
  await delay(scale.restMs, undefined, { signal });
  const before = shareOfMemoryMiB(server.pid);
  await server.connectIdle(scale.idleConnections);
  await delay(scale.restMs, undefined, { signal });
  const after = shareOfMemoryMiB(server.pid);
  return {
    connections: scale.idleConnections,
    kilobytesEach: rounded(((after - before) * 1_048.576) / scale.idleConnections, 1),
    beforeMiB: rounded(before, 1),
  };
}
