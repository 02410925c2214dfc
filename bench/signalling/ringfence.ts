import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../apps/server/src/cli/test-free-port.ts";
import { commandOf, descendantsOf } from "../proc.ts";
import type { Bench } from "./bench.ts";
import type { Contender, People } from "./contender.ts";
import { Crowd } from "./crowd.ts";
import { greet, ringfencePair } from "./ringfence-pair.ts";
import { type Person, signUpAhead } from "./ringfence-people.ts";
import { startProcess } from "./started-process.ts";
import { openWebSocket } from "./text-socket.ts";

export const ringfence = join(import.meta.dirname, "../../apps/server/src/cli/ringfence.ts");
const host = "127.0.0.1";

/** The whole product, as `ringfence start` runs it, with everything on. */
export async function startRingfence(bench: Bench, people: People): Promise<Contender> {
  const directory = mkdtempSync(join(bench.directory, "ringfence-"));
  const signedUp = await signUpAhead(directory, people);
  const node = await startNode(bench, directory, await freePort());
  const crowd = new Crowd(
    (number, localAddress) => connectTo(node, signedUp[number], localAddress),
    ringfencePair,
  );
  return {
    name: "ringfence",
    pid: node.application,
    besides: { relay: node.relay },
    connectPairs: (count) => crowd.connectPairs(count),
    connectIdle: (count) => crowd.connectIdle(count),
    async [Symbol.asyncDispose]() {
      crowd.leave();
      await node[Symbol.asyncDispose]();
    },
  };
}

/** One `ringfence start`. Disposing it ends it. */
export interface RingfenceNode extends AsyncDisposable {
  readonly port: number;
  /** Its processes. */
  readonly application: number;
  readonly relay: number;
}

/** @param directory its data's */
export async function startNode(
  bench: Bench,
  directory: string,
  port: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<RingfenceNode> {
  const server = await startProcess(
    bench,
    directory,
    {
      command: [process.execPath, ringfence, "start"],
      environment: {
        HOST: host,
        PORT: String(port),
        DATA_DIR: directory,
        // To look into what is measured.
        NODE_OPTIONS: process.env["NODE_OPTIONS"] ?? "",
        ...settings,
      },
    },
    async () => (await fetch(`${originOf(port)}/readyz`).catch(() => undefined))?.ok === true,
  );
  const processes = descendantsOf(server.pid);
  const processOf = (module: string) =>
    processes.find((pid) => commandOf(pid).some((word) => word.endsWith(module))) ?? 0;
  return {
    port,
    application: processOf("/src/main.ts"),
    relay: processOf("/relay-process.ts"),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Connects somebody who was signed up ahead, as their page does. */
export async function connectTo(
  { port }: RingfenceNode,
  person: Person | undefined,
  localAddress: string,
) {
  const { handle, token } = person ?? { handle: "", token: "" };
  const headers = { Origin: originOf(port), Cookie: `ringfence-login=${token}` };
  const path = "/api/signalling";
  return greet(handle, await openWebSocket({ host, port, localAddress, path, headers }));
}

function originOf(port: number): string {
  return `http://${host}:${port}`;
}
