import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeVapidKey } from "../../apps/server/src/push/vapid-key.ts";
import { MemoryLog } from "../../packages/relay/src/test-client/memory-log.ts";
import { secret, startRelay } from "../../packages/relay/src/test-client/together.ts";
import { ApplicationProcess } from "../durability/application-process.ts";
import { type Nats, hasNats, startNats } from "../services/nats.ts";
import { hasPostgres, startPostgres } from "../services/postgres.ts";
import { Front } from "./front.ts";

/** Several nodes on one database and one bus, and a relay that all of them command. */
export interface Cluster extends AsyncDisposable {
  readonly nodes: readonly ApplicationProcess[];
  readonly databaseUrl: string;
  readonly nats: Nats;
  /** An address of its own that leads to a node where that is there, and else to the others. */
  frontTo(node: ApplicationProcess): Promise<Front>;
  /** The ports of all nodes, that one's first. */
  portsFrom(node: ApplicationProcess): number[];
  readonly untilReady: () => Promise<void>;
}

/** Says why tests that need it are skipped where something of it is missing. */
export function hasPrograms(): boolean {
  return hasPostgres() && hasNats();
}

/** @param more settings of every node */
export async function startCluster(
  size: number,
  more: Readonly<Record<string, string>> = {},
): Promise<Cluster> {
  await using owned = new AsyncDisposableStack();
  const postgres = owned.use(await startPostgres());
  const nats = owned.use(await startNats());
  const settings = {
    DATABASE_URL: postgres.url,
    NATS_URL: nats.url,
    RELAY_SECRET: secret,
    VAPID_KEY: makeVapidKey(),
    ...more,
  };
  const nodes = await Promise.all(
    Array.from({ length: size }, async () => {
      const directory = mkdtempSync(join(tmpdir(), "ringfence-node-"));
      owned.defer(() => rmSync(directory, { recursive: true }));
      return owned.use(await ApplicationProcess.start(directory, settings));
    }),
  );
  const controls = nodes.map(({ port }) => `ws://127.0.0.1:${port}/relay-control`);
  owned.use(await startRelay(new MemoryLog(), ...controls));
  const portsFrom = (node: ApplicationProcess) => [
    node.port,
    ...nodes.filter((other) => other !== node).map(({ port }) => port),
  ];
  const untilReady = async () => {
    await Promise.all(nodes.map((node) => node.untilReady()));
  };
  await untilReady();
  const kept = owned.move();
  return {
    nodes,
    databaseUrl: postgres.url,
    nats,
    portsFrom,
    untilReady,
    async frontTo(node) {
      return kept.use(await Front.open(portsFrom(node)));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
