import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeVapidKey } from "../../apps/server/src/push/vapid-key.ts";
import { MemoryLog } from "../../packages/relay/src/test-client/memory-log.ts";
import { secret, startRelay } from "../../packages/relay/src/test-client/together.ts";
import { ApplicationProcess } from "./application-process.ts";

/** The application in a process of its own, with its database in a directory, and a relay. */
export interface DyingServer extends AsyncDisposable {
  readonly application: ApplicationProcess;
}

export async function openDyingServer(): Promise<DyingServer> {
  await using owned = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "ringfence-dying-"));
  owned.defer(() => rmSync(directory, { recursive: true }));
  const settings = { RELAY_SECRET: secret, VAPID_KEY: makeVapidKey() };
  const application = owned.use(await ApplicationProcess.start(directory, settings));
  const control = `ws://127.0.0.1:${application.port}/relay-control`;
  owned.use(await startRelay(new MemoryLog(), control));
  await application.untilReady();
  const kept = owned.move();
  return { application, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
