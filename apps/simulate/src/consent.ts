import { createHmac } from "node:crypto";
import { z } from "zod";
import type { Door } from "./door.ts";
import { SimulationError } from "./errors.ts";

/**
 * What shows a server that a request is of a simulation which its operator wanted. Each person of it
 * counts as a network address of their own, as they would be: the server's rates by source hold for each.
 */
export function simulationHeader(code: string, person: number): readonly [string, string] {
  return ["x-ringfence-simulation", `${code} ${person}`];
}

/** Of an account of this simulation or an earlier one with this code, and of no other. */
export function passwordOf(code: string, handle: string): string {
  return createHmac("sha256", code).update(`ringfence simulation 1 ${handle}`).digest("base64url");
}

const SimulatedHandles = z.object({ handles: z.array(z.string()), hasMore: z.boolean() });

/**
 * Asks the server whether it was told of this simulation.
 *
 * @returns handles of simulated accounts that are there now, from an earlier simulation; not all of
 *   them where there are very many
 * @throws SimulationError `unreachable`, `not-allowed`
 */
export async function askConsent(
  door: Door,
  code: string,
): Promise<z.infer<typeof SimulatedHandles>> {
  const headers = new Headers([[...simulationHeader(code, 0)]]);
  const answer = await door
    .ask(`${door.origin}/simulation`, { headers })
    .catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new SimulationError("unreachable", `${door.origin} does not answer: ${why}`, { cause });
    });
  if (answer.status === 200) {
    const read = SimulatedHandles.safeParse(await answer.json().catch(() => null));
    if (read.success) return read.data;
  }
  throw new SimulationError(
    "not-allowed",
    `${door.origin} was not told of this simulation. Start it with ALLOW_SIMULATION set to the same code as here, and take that setting away afterwards.`,
  );
}
