import { setTimeout as delay } from "node:timers/promises";
import {
  type Application,
  startApplication,
} from "../../packages/relay/src/test-client/application.ts";
import type { Bench } from "./bench.ts";
import { type ServerName, serverSecret, startServer, type TurnServer } from "./turn-server.ts";

/**
 * A relay under an application, as people meet it: with its limits, and calls that have to be live
 * and joined. coturn has no such thing and is what it always is.
 */
export interface CommandedServer extends AsyncDisposable {
  readonly server: TurnServer;
  /** Makes a call live and joins its two devices, `a1` and `b1`. */
  join(callId: string): Promise<void>;
  end(callId: string): Promise<void>;
}

const connectMs = 5_000;
const lookMs = 20;

export async function startCommanded(name: ServerName, bench: Bench): Promise<CommandedServer> {
  if (name === "coturn") {
    const server = await startServer(name, bench);
    return {
      server,
      join: () => Promise.resolve(),
      end: () => Promise.reject(new Error("coturn cannot be told that a call ended.")),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  }
  await using resources = new AsyncDisposableStack();
  const application = resources.use(await startApplication({ secret: serverSecret }));
  const server = resources.use(await startServer(name, bench, `${application.url}relay-control`));
  await untilConnected(application, bench.signal);
  const owned = resources.move();
  const { control } = application;
  return {
    server,
    async join(callId) {
      const isTold = (await control.callLive(callId)) && (await control.join(callId, "a1", "b1"));
      if (!isTold) throw new Error("The relay does not obey.");
    },
    async end(callId) {
      if (!(await control.end(callId))) throw new Error("The relay does not obey.");
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function untilConnected({ control }: Application, signal: AbortSignal): Promise<void> {
  const giveUpAt = performance.now() + connectMs;
  while (control.connectedRelays() === 0) {
    if (performance.now() > giveUpAt) throw new Error("The relay does not connect.");
    await delay(lookMs, undefined, { signal });
  }
}
