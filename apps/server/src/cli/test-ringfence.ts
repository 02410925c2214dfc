import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const bin = join(import.meta.dirname, "ringfence.ts");
const patienceMs = 20_000;
const lookMs = 20;

/** A `ringfence` as typed into a shell. */
export interface Ringfence {
  readonly child: ChildProcess;
  /** All that it said so far, on both streams. */
  said(): string;
  /** @returns the exit code; null when a signal ended it */
  exited(): Promise<number | null>;
  until(words: string | RegExp): Promise<void>;
}

export interface RingfenceOptions {
  readonly directory: string;
  readonly settings?: Record<string, string>;
  /** A command with its parameters that runs it, such as `strace`. */
  readonly under?: readonly string[];
}

/** Runs a command in a directory with these settings and no others. */
export function ringfence(
  parameters: readonly string[],
  { directory, settings = {}, under = [] }: RingfenceOptions,
): Ringfence {
  const [command, ...typed] = [...under, process.execPath, bin, ...parameters];
  const child = spawn(command ?? process.execPath, typed, {
    cwd: directory,
    env: { PATH: process.env["PATH"], HOME: directory, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  }
  const closed = once(child, "close");
  return {
    child,
    said: () => said,
    async exited() {
      const [code] = (await closed) as [number | null];
      return code;
    },
    async until(words) {
      const deadline = performance.now() + patienceMs;
      // Tests in browsers wait for it too, and they have no other tools in common.
      while (said.search(words) < 0) {
        if (performance.now() > deadline) {
          throw new Error(`It has not said ${String(words)} yet, but:\n${said}`);
        }
        await wait(lookMs);
      }
    },
  };
}
