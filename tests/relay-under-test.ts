import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { freePort } from "../apps/server/src/cli/test-free-port.ts";
import { type Ringfence, ringfence } from "../apps/server/src/cli/test-ringfence.ts";
import type { Application } from "../packages/relay/src/test-client/application.ts";
import { secret } from "../packages/relay/src/test-client/together.ts";

/** Other tests may have the machine to themselves for a while. */
export const patience = { timeout: 20_000 };

/** Waits until a relay knows what an application has to say. */
export async function untilConnected({ control }: Application): Promise<void> {
  await expect.poll(() => control.connectedRelays(), patience).toBe(1);
}

/** Says something again until the relay acts by it: a busy machine may take more than its second. */
export async function say(statement: () => Promise<boolean>): Promise<void> {
  await expect.poll(statement, patience).toBe(true);
}

export interface RelayProcessOptions {
  /** Those that command it; none: it runs alone. */
  readonly applications?: readonly Pick<Application, "port">[];
  /** More of them; by the port that it has, where they hang on it. */
  readonly settings?: Record<string, string> | ((port: number) => Record<string, string>);
  /** A command that runs it. */
  readonly under?: readonly string[];
}

/** `ringfence relay` as an operator runs it, on 127.0.0.1. Disposing of it kills it. */
export interface RelayProcess extends AsyncDisposable {
  readonly port: number;
  readonly process: Ringfence;
}

/** Starts a relay, and waits until it listens. */
export async function startRelayProcess(options: RelayProcessOptions = {}): Promise<RelayProcess> {
  const { applications = [], settings = {}, under = [] } = options;
  const directory = mkdtempSync(join(tmpdir(), "ringfence-relay-"));
  const port = await freePort();
  const control = applications.map((one) => `ws://127.0.0.1:${one.port}/relay-control`).join(",");
  const process = ringfence(["relay"], {
    directory,
    under,
    settings: {
      HOST: "127.0.0.1",
      PORT: String(port),
      RELAY_SECRET: secret,
      RELAY_CONTROL: control,
      ...(typeof settings === "function" ? settings(port) : settings),
    },
  });
  await process.until("relay listening");
  return {
    port,
    process,
    async [Symbol.asyncDispose]() {
      process.child.kill("SIGKILL");
      await process.exited();
      rmSync(directory, { recursive: true });
    },
  };
}
