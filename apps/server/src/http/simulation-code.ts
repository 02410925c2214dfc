import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

export interface SimulationSettings {
  /** ALLOW_SIMULATION. */
  readonly simulationCode?: string | undefined;
}

const simulationHeader = "x-ringfence-simulation";

/**
 * Whom a request of `ringfence simulate` comes from, where the operator has allowed that by the code in
 * it; undefined for every other request.
 *
 * @returns a number that the simulation gave to one of its people
 */
export function simulatedPersonOf(
  request: IncomingMessage,
  { simulationCode }: SimulationSettings,
): string | undefined {
  if (simulationCode === undefined) return undefined;
  const header = request.headers[simulationHeader];
  const [, code = "", person] = /^(\S+) (\d{1,5})$/.exec(String(header ?? "")) ?? [];
  return timingSafeEqual(hashOf(code), hashOf(simulationCode)) ? person : undefined;
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
