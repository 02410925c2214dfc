import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../apps/server/src/cli/test-free-port.ts";
import { tools } from "../tools.ts";
import type { Bench } from "./bench.ts";
import type { Contender } from "./contender.ts";
import { Crowd } from "./crowd.ts";
import { registerAt, sipPair } from "./sip-pair.ts";
import { isListening, startProcess } from "./started-process.ts";
import { openWebSocket } from "./text-socket.ts";

const host = "127.0.0.1";
/** Ten thousand connections take some 700. */
const megabytesShared = "2048";

/** Kamailio as a SIP proxy and registrar over WebSocket. */
export async function startKamailio(bench: Bench): Promise<Contender> {
  const directory = mkdtempSync(join(bench.directory, "kamailio-"));
  const port = await freePort();
  const template = readFileSync(join(import.meta.dirname, "config/kamailio.cfg"), "utf8");
  const path = join(directory, "kamailio.cfg");
  writeFileSync(path, template.replaceAll("PORT", String(port)));
  const command = [tools.kamailio.path, "-DD", "-E", "-f", path, "-Y", directory];
  const server = await startProcess(
    bench,
    directory,
    { command: [...command, "-m", megabytesShared] },
    () => isListening(host, port),
  );
  const crowd = new Crowd(async (number, localAddress) => {
    const headers = { "Sec-WebSocket-Protocol": "sip", Origin: `http://${host}:${port}` };
    const socket = await openWebSocket({ host, port, localAddress, path: "/", headers });
    return registerAt(`p${number}`, socket);
  }, sipPair);
  return {
    name: "kamailio",
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
