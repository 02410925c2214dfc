import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "./machine.ts";

const folder = join(import.meta.dirname, "results");

/** What a part of a benchmark came to, and under which circumstances. */
export interface Measured<Value> {
  /** Such as "2026-11-21". */
  readonly measuredOn: string;
  readonly rounds: number;
  readonly machine: Machine;
  /** Of what is not in this repository. */
  readonly versions: Readonly<Record<string, string>>;
  /** What should have been measured too, each with the reason why it was not. */
  readonly absent: Readonly<Record<string, string>>;
  readonly value: Value;
}

/** The results of a benchmark's parts, as they were last measured. */
export function readResults<Results extends object>(benchmark: string): Partial<Results> {
  const path = pathOf(benchmark);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Partial<Results>) : {};
}

export function writeResults(benchmark: string, results: object): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(pathOf(benchmark), `${JSON.stringify(results, null, 2)}\n`);
}

function pathOf(benchmark: string): string {
  return join(folder, `${benchmark}.json`);
}
