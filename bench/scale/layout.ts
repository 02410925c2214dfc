import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { freePort } from "../../apps/server/src/cli/test-free-port.ts";
import { startNats } from "../../tests/services/nats.ts";
import { startPostgres } from "../../tests/services/postgres.ts";
import { commandOf, descendantsOf } from "../proc.ts";
import type { Bench } from "../signalling/bench.ts";
import type { Contender, People } from "../signalling/contender.ts";
import { Crowd } from "../signalling/crowd.ts";
import { ringfencePair } from "../signalling/ringfence-pair.ts";
import { type RingfenceNode, connectTo, ringfence, startNode } from "../signalling/ringfence.ts";
import { type Sizes, readFileSizes, readSizes, seed } from "./seed.ts";

/** One box with its file; then nodes on PostgreSQL and NATS. */
export const layoutNames = ["file", "one-node", "two-nodes"] as const;
export type LayoutName = (typeof layoutNames)[number];
const nodesOf = { file: 1, "one-node": 1, "two-nodes": 2 } as const satisfies Record<
  LayoutName,
  number
>;

/** What a server on PostgreSQL and NATS had done since they were started. */
export interface Counts {
  readonly transactions: number;
  /** Of the database's log (WAL). */
  readonly logBytes: number;
  /** That NATS took in, and that it gave out. */
  readonly messagesIn: number;
  readonly messagesOut: number;
}

/** A running installation, its first node as whom it is loaded. */
export interface Layout extends Contender {
  readonly sizes: Sizes;
  /** Nothing where there is one box with its file. */
  counts(): Promise<Counts | undefined>;
}

const host = "127.0.0.1";
/** As an operator has it, in place of what tests can lose. */
const durable = {
  fsync: "on",
  full_page_writes: "on",
  synchronous_commit: "on",
  autovacuum: "on",
  shared_buffers: "256MB",
};

/** Nodes share a core, and what they stand on shares the generator's: what each costs is told apart. */
export async function startLayout(bench: Bench, name: LayoutName, people: People): Promise<Layout> {
  await using owned = new AsyncDisposableStack();
  const seeded = directoryIn(bench);
  const signedUp = await seed(seeded, people);
  const base = name === "file" ? undefined : owned.use(await startBase(bench, seeded));
  const ports = await Promise.all(Array.from({ length: nodesOf[name] }, () => freePort()));
  const nodes: RingfenceNode[] = [];
  for (const port of ports) {
    const directory = base === undefined ? seeded : directoryIn(bench);
    const settings = { ...base?.settings, ...relaysOf(port, ports) };
    nodes.push(owned.use(await startNode(bench, directory, port, settings)));
  }
  const crowd = new Crowd((number, localAddress) => {
    const node = nodes[number % nodes.length];
    if (node === undefined) throw new RangeError("there is no node");
    return connectTo(node, signedUp[number], localAddress);
  }, ringfencePair);
  owned.defer(() => crowd.leave());
  const [first] = nodes;
  const resources = owned.move();
  return {
    name: "ringfence",
    pid: first?.application ?? 0,
    besides: { ...processesOf(nodes), ...base?.processes },
    connectPairs: (count) => crowd.connectPairs(count),
    connectIdle: (count) => crowd.connectIdle(count),
    sizes: base?.sizes ?? (await readFileSizes(seeded)),
    counts: async () => base?.counts(),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Each relay is every node's; a call between two nodes has one. */
function relaysOf(port: number, ports: readonly number[]): Record<string, string> {
  const others = ports.filter((other) => other !== port);
  if (others.length === 0) return {};
  return {
    RELAY_CONTROL: others.map((other) => `ws://${host}:${other}/relay-control`).join(","),
    RELAY_PUBLIC_URLS: `turn:${host}:${port}?transport=udp`,
  };
}

function processesOf(nodes: readonly RingfenceNode[]): Record<string, number> {
  const [first, ...others] = nodes;
  return {
    ...Object.fromEntries(others.map(({ application }, at) => [`node ${at + 2}`, application])),
    ...Object.fromEntries(
      [first, ...others].map((node, at) => [`relay ${at + 1}`, node?.relay ?? 0]),
    ),
  };
}

/** PostgreSQL with what a directory has, and NATS. */
async function startBase(bench: Bench, seeded: string) {
  await using owned = new AsyncDisposableStack();
  const postgres = owned.use(await startPostgres(durable));
  const monitor = await freePort();
  const nats = owned.use(await startNats(`http: "${host}:${monitor}"`));
  const backup = join(directoryIn(bench), "backup");
  await run("backup", backup, { DATA_DIR: seeded });
  const settings = { DATABASE_URL: postgres.url };
  await run("restore", backup, { DATA_DIR: directoryIn(bench), ...settings });
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  owned.defer(() => client.end());
  const ask = async (query: string): Promise<Record<string, string>> => {
    const { rows } = await client.query<Record<string, string>>(query);
    return rows[0] ?? {};
  };
  await ask("vacuum analyze");
  const numbers = async (query: string) =>
    Object.fromEntries(Object.entries(await ask(query)).map(([key, text]) => [key, Number(text)]));
  const sizes = await readSizes(async (table) => {
    const { bytes = 0, rows = 0 } = await numbers(
      `select pg_total_relation_size('"${table}"') as bytes, count(*) as rows from "${table}"`,
    );
    return { bytes, rows };
  });
  const resources = owned.move();
  return {
    settings: { ...settings, NATS_URL: nats.url },
    sizes,
    processes: {
      PostgreSQL: ownChild("/bin/postgres"),
      NATS: ownChild("/nats-server"),
    },
    async counts(): Promise<Counts> {
      const { transactions = 0, bytes = 0 } = await numbers(
        `select xact_commit as transactions, pg_current_wal_lsn() - '0/0' as bytes
         from pg_stat_database where datname = current_database()`,
      );
      const told = await fetch(`http://${host}:${monitor}/varz`);
      const { in_msgs, out_msgs } = (await told.json()) as { in_msgs: number; out_msgs: number };
      return { transactions, logBytes: bytes, messagesIn: in_msgs, messagesOut: out_msgs };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function run(command: string, path: string, settings: Record<string, string>) {
  await promisify(execFile)(process.execPath, [ringfence, command, path], {
    env: { PATH: process.env["PATH"], ...settings },
  });
}

function ownChild(program: string): number {
  const pid = descendantsOf(process.pid).find((one) => commandOf(one)[0]?.endsWith(program));
  if (pid === undefined) throw new Error(`${program} does not run.`);
  return pid;
}

function directoryIn(bench: Bench): string {
  return mkdtempSync(join(bench.directory, "scale-"));
}
