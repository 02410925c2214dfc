import { ControlClient } from "../control/control-client.ts";
import { controlKey } from "../control/control-handshake.ts";
import type { RelayFigures } from "../control/figures.ts";
import { type Instruction, obeyControl } from "../control/obey-control.ts";
import { RelayError } from "../errors.ts";
import { aloneLimits, relayLimits, shellLimits } from "../limits.ts";
import type { RelayLog } from "../log.ts";
import { ClosedRelay } from "../turn/closed-relay.ts";
import type { FiveTuple } from "../turn/five-tuple.ts";
import { Drain } from "./drain.ts";
import { nodeCrypto } from "./node-crypto.ts";
import { openSockets } from "./open-sockets.ts";
import type { RelayConfig, RunningRelay } from "./relay-config.ts";
import type { Sinks } from "./sink.ts";
import { StreamClients } from "./stream-clients.ts";

/**
 * Starts a relay in this process. When it returns, its UDP sockets are bound.
 *
 * @throws RelayError when it cannot have its port or its host, or when a setting makes no sense
 */
export async function runRelay(config: RelayConfig, log: RelayLog): Promise<RunningRelay> {
  refuseContradictions(config);
  const isAlone = config.controlUrls.length === 0;
  const limits = { ...(isAlone ? aloneLimits : relayLimits), ...config.limits };
  const secret = Buffer.from(config.secret);
  const relay = new ClosedRelay({ crypto: nodeCrypto, secret, limits, isAlone });
  const sinks: Sinks = new Map();

  function receive(tuple: FiveTuple, bytes: Uint8Array): void {
    const action = relay.receive(tuple, bytes, Date.now());
    if (action.type === "send") sinks.get(action.to.endpoint)?.send(action.bytes, action.to);
  }

  await using resources = new AsyncDisposableStack();
  const clients = resources.use(
    new StreamClients({
      limits,
      sinks,
      counters: relay.counters,
      receive,
      hasAllocation: (tuple) => relay.hasAllocation(tuple, Date.now()),
      disconnect: (tuple) => relay.disconnect(tuple),
    }),
  );
  const { host, port, bridgeSocketPath } = config;
  const sockets = resources.use(
    await openSockets({ host, port, bridgeSocketPath, clients, sinks, receive, log }),
  );
  const figures = (): RelayFigures => ({ ...relay.figures(), connections: clients.connections() });
  const ending = new Drain({ begin: () => relay.drain(), calls: () => figures().calls, log });
  function drain(): void {
    if (ending.begin()) for (const control of controls) control.report();
  }
  const sweep = setInterval(() => {
    relay.sweep(Date.now());
    ending.check();
  }, shellLimits.sweepMs);
  resources.defer(() => clearInterval(sweep));
  const key = controlKey(config.secret);
  const controls = config.controlUrls.map((url) => {
    const apply = (message: Instruction): boolean => obeyControl(relay, url, message, Date.now());
    return resources.use(new ControlClient({ url, key, apply, drain, figures, log }));
  });
  const owned = resources.move();
  return {
    port: sockets.port,
    connectedControls: () => controls.filter((control) => control.isConnected()).length,
    allocations: () => relay.allocations(),
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
