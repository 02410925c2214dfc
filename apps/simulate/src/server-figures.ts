import type { Door } from "./door.ts";

/** What a server says of itself at one moment. */
export interface ServerFigures {
  readonly atMs: number;
  readonly application: ProcessFigures;
  /** null where this version, or a relay of somebody else's, does not tell. */
  readonly relay: ProcessFigures | null;
  readonly relayPackets: number;
}

interface ProcessFigures {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** @returns null where it tells this machine and this token nothing */
export async function readServerFigures(
  door: Door,
  token: string | undefined,
): Promise<ServerFigures | null> {
  const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
  const answer = await door.ask(`${door.origin}/metrics`, { headers }).catch(() => null);
  if (answer?.status !== 200) return null;
  const sums = sumsOf(await answer.text());
  const application = applicationIn(sums);
  if (application === null) return null;
  return {
    atMs: performance.now(),
    application,
    relay: relayIn(sums),
    relayPackets: sums.get("ringfence_relay_packets_in_total") ?? 0,
  };
}

function applicationIn(sums: ReadonlyMap<string, number>): ProcessFigures | null {
  const user = sums.get("process_cpu_user_seconds_total");
  const system = sums.get("process_cpu_system_seconds_total");
  const residentBytes = sums.get("process_resident_memory_bytes");
  if (user === undefined || system === undefined || residentBytes === undefined) return null;
  return { cpuSeconds: user + system, residentBytes };
}

function relayIn(sums: ReadonlyMap<string, number>): ProcessFigures | null {
  const cpuSeconds = sums.get("ringfence_relay_cpu_seconds") ?? 0;
  const residentBytes = sums.get("ringfence_relay_resident_memory_bytes") ?? 0;
  // An older relay, or a TURN server of somebody else's, tells nothing: no process has no memory.
  return residentBytes === 0 ? null : { cpuSeconds, residentBytes };
}

/** Prometheus' text format: each name with the sum over its labels. */
function sumsOf(text: string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [, name, value] = /^([a-zA-Z_:][\w:]*)(?:\{[^}]*\})? (\S+)/.exec(line) ?? [];
    if (name === undefined || !Number.isFinite(Number(value))) continue;
    sums.set(name, (sums.get(name) ?? 0) + Number(value));
  }
  return sums;
}
