import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../apps/server/src/cli/test-free-port.ts";
import { commandOf, descendantsOf } from "../proc.ts";
import type { Bench } from "./bench.ts";
import type { Contender, People } from "./contender.ts";
import { Crowd } from "./crowd.ts";
import { greet, ringfencePair } from "./ringfence-pair.ts";
import { signUpAhead } from "./ringfence-people.ts";
import { startProcess } from "./started-process.ts";
import { openWebSocket } from "./text-socket.ts";

const ringfence = join(import.meta.dirname, "../../apps/server/src/cli/ringfence.ts");
const host = "127.0.0.1";

/** The whole product, as `ringfence start` runs it, with everything on. */
export async function startRingfence(bench: Bench, people: People): Promise<Contender> {
  const directory = mkdtempSync(join(bench.directory, "ringfence-"));
  const signedUp = await signUpAhead(directory, people);
  const port = await freePort();
  const origin = `http://${host}:${port}`;
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
      },
    },
    async () => (await fetch(`${origin}/readyz`).catch(() => undefined))?.ok === true,
  );
  const crowd = new Crowd(async (number, localAddress) => {
    const { handle, token } = signedUp[number] ?? { handle: "", token: "" };
    const headers = { Origin: origin, Cookie: `ringfence-login=${token}` };
    const path = "/api/signalling";
    return greet(handle, await openWebSocket({ host, port, localAddress, path, headers }));
  }, ringfencePair);
  const processes = descendantsOf(server.pid);
  const processOf = (module: string) =>
    processes.find((pid) => commandOf(pid).some((word) => word.endsWith(module))) ?? 0;
  return {
    name: "ringfence",
    pid: processOf("/src/main.ts"),
    besides: { relay: processOf("/relay-process.ts") },
    connectPairs: (count) => crowd.connectPairs(count),
    connectIdle: (count) => crowd.connectIdle(count),
    async [Symbol.asyncDispose]() {
      crowd.leave();
      await server[Symbol.asyncDispose]();
    },
  };
}
