import { randomUUID } from "node:crypto";
import { ControlClient } from "../control/control-client.ts";
import { controlKey } from "../control/control-handshake.ts";
import type { RelayFigures } from "../control/figures.ts";
import { RelayError } from "../errors.ts";
import { aloneLimits, relayLimits, shellLimits } from "../limits.ts";
import type { RelayLog } from "../log.ts";
import { addCounters, makeCounters } from "../turn/counters.ts";
import { Drain } from "./drain.ts";
import { openSockets } from "./open-sockets.ts";
import type { RelayConfig, RunningRelay } from "./relay-config.ts";
import { SocketDrops } from "./socket-drops.ts";

/**
 * Starts a relay in this process. When it returns, its UDP sockets are bound.
 *
 * @throws RelayError when it cannot have its port or its host, or when a setting makes no sense
 */
export async function runRelay(config: RelayConfig, log: RelayLog): Promise<RunningRelay> {
  refuseContradictions(config);
  const isAlone = config.controlUrls.length === 0;
  const limits = { ...(isAlone ? aloneLimits : relayLimits), ...config.limits };
  const counters = makeCounters();
  await using resources = new AsyncDisposableStack();
  const { path, clients } = resources.use(
    await openSockets({
      host: config.host,
      port: config.port,
      secret: Buffer.from(config.secret),
      limits,
      isAlone,
      counters,
      log,
      dataPath: config.dataPath ?? "automatic",
      bridgeSocketPath: config.bridgeSocketPath,
    }),
  );

  async function figures(): Promise<RelayFigures> {
    const core = await path.figures();
    return {
      ...core,
      counters: addCounters(core.counters, counters),
      connections: clients.connections(),
      process: processFigures(),
    };
  }

  const calls = async (): Promise<number> => (await path.figures()).calls;
  const ending = new Drain({ begin: () => path.drain(), calls, log });
  async function drain(): Promise<void> {
    if (ending.begin()) await Promise.all(controls.map((control) => control.report()));
  }
  const check = setInterval(() => void ending.check(), shellLimits.sweepMs);
  resources.defer(() => clearInterval(check));
  const socketDrops = new SocketDrops(path.port, counters);
  const count = setInterval(() => void socketDrops.count(), shellLimits.socketDropsMs);
  resources.defer(() => clearInterval(count));
  const key = controlKey(config.secret);
  const registration = {
    id: randomUUID(),
    urls: [...(config.publicUrls ?? [])],
    group: config.group ?? null,
  };
  const apply = path.obey.bind(path);
  const controls = config.controlUrls.map((url) =>
    resources.use(new ControlClient({ url, key, registration, apply, drain, figures, log })),
  );
  const owned = resources.move();
  return {
    id: registration.id,
    port: path.port,
    dataPath: path.kind,
    failed: path.failed,
    connectedControls: () => controls.filter((control) => control.isConnected()).length,
    allocations: () => path.allocations(),
    figures,
    drain,
    drained: ending.done,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function refuseContradictions(config: RelayConfig): void {
  if (config.secret === "") {
    throw new RelayError("relay-config-refused", "The relay needs a secret: set RELAY_SECRET.");
  }
  for (const url of config.controlUrls) {
    if (/^wss?:$/.test(URL.parse(url)?.protocol ?? "")) continue;
    throw new RelayError(
      "relay-config-refused",
      "RELAY_CONTROL must list addresses that begin with ws:// or wss://.",
    );
  }
}

function processFigures(): RelayFigures["process"] {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss() };
}
