import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../apps/server/src/cli/test-free-port.ts";
import { tools } from "../tools.ts";
import type { Bench } from "./bench.ts";
import type { Contender } from "./contender.ts";
import { Crowd } from "./crowd.ts";
import { jinglePair, signIn } from "./jingle-pair.ts";
import { isListening, startProcess } from "./started-process.ts";
import { openTcp } from "./text-socket.ts";

const host = "127.0.0.1";

/** Prosody, to which clients of XMPP talk over TCP. */
export async function startProsody(bench: Bench): Promise<Contender> {
  const directory = mkdtempSync(join(bench.directory, "prosody-"));
  const port = await freePort();
  const template = readFileSync(join(import.meta.dirname, "config/prosody.cfg.lua"), "utf8");
  const path = join(directory, "prosody.cfg.lua");
  writeFileSync(path, template.replaceAll("PORT", String(port)).replaceAll("DIRECTORY", directory));
  const server = await startProcess(
    bench,
    directory,
    { command: [tools.prosody.path, "-F", "--config", path] },
    () => isListening(host, port),
  );
  const crowd = new Crowd(
    async (number, localAddress) =>
      signIn(`p${number}`, await openTcp({ host, port, localAddress })),
    jinglePair,
  );
  return {
    name: "prosody",
    pid: server.pid,
    besides: {},
    connectPairs: (count) => crowd.connectPairs(count),
    connectIdle: (count) => crowd.connectIdle(count),
    async [Symbol.asyncDispose]() {
      crowd.leave();
      await server[Symbol.asyncDispose]();
    },
  };
}
