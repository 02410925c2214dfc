import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";

/** A program of Debian's that a test runs for itself. Disposing of it kills it. */
export interface OwnProgram extends AsyncDisposable {
  readonly process: ChildProcess;
  /** All that it said so far, on both streams. */
  said(): string;
}

/** Runs a program that ends with whoever started it, however that ends. */
export function runProgram(
  path: string,
  parameters: readonly string[],
  options: { directory: string; environment?: Record<string, string> },
): OwnProgram {
  const child = spawn("setpriv", ["--pdeathsig=KILL", path, ...parameters], {
    cwd: options.directory,
    env: { PATH: process.env["PATH"], HOME: options.directory, ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  }
  const closed = once(child, "close");
  return {
    process: child,
    said: () => said,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

/** Says why tests that need it are skipped where it is missing. */
export function hasProgram(path: string, name: string, debianPackage: string): boolean {
  const isThere = existsSync(path);
  if (!isThere) {
    console.warn(`Skipped: there is no ${name} (Debian: apt-get install ${debianPackage}).`);
  }
  return isThere;
}
