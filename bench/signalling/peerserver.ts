import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../apps/server/src/cli/test-free-port.ts";
import type { Bench } from "./bench.ts";
import type { CallWatch, Contender, Pair } from "./contender.ts";
import { Crowd } from "./crowd.ts";
import { descriptions } from "./descriptions.ts";
import { isListening, startProcess } from "./started-process.ts";
import { type TextSocket, openWebSocket } from "./text-socket.ts";
import { type Device, type OneCall, takeTurns } from "./turns.ts";

const host = "127.0.0.1";
const connectionsMax = 20_000;

/** A page that PeerServer knows by an id of its own choice. */
interface Peer extends Device {
  readonly id: string;
}

/** PeerServer, the broker of PeerJS, by its own command. */
export async function startPeerServer(bench: Bench): Promise<Contender> {
  const directory = mkdtempSync(join(bench.directory, "peerserver-"));
  const port = await freePort();
  const program = fileURLToPath(new URL("bin/peerjs.js", import.meta.resolve("peer")));
  const parameters = ["--host", host, "--port", String(port), "-c", String(connectionsMax)];
  const server = await startProcess(
    bench,
    directory,
    { command: [process.execPath, program, ...parameters] },
    () => isListening(host, port),
  );
  const crowd = new Crowd(async (number, localAddress) => {
    const id = `p${number}`;
    const path = `/peerjs?key=peerjs&id=${id}&token=${id}`;
    return opened(id, await openWebSocket({ host, port, localAddress, path, headers: {} }));
  }, peerPair);
  return {
    name: "peerserver",
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

async function opened(id: string, socket: TextSocket): Promise<Peer> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.onEnd = (why) => reject(new Error(why));
  socket.onText = (text) => {
    if (text.includes('"OPEN"')) resolve();
    else reject(new Error(text));
  };
  await promise;
  return { id, socket };
}

function peerPair(one: Peer, other: Peer): Pair {
  return takeTurns(one, other, beginCall);
}

/** An offer is the ring, an answer accepts it, and a LEAVE ends it. */
function beginCall(caller: Peer, callee: Peer, watch: CallWatch): OneCall<Peer> {
  const say = (from: Peer, to: Peer, type: string, sdp: string) =>
    from.socket.send(JSON.stringify({ type, dst: to.id, payload: { sdp, type: "media" } }));
  say(caller, callee, "OFFER", descriptions.offer);
  return {
    hear(peer, text) {
      const { type } = JSON.parse(text) as { type: string };
      if (type === "OFFER" && peer === callee) {
        watch.rang();
        say(callee, caller, "ANSWER", descriptions.answer);
      } else if (type === "ANSWER" && peer === caller) {
        say(caller, callee, "LEAVE", "");
      } else if (type === "LEAVE" && peer === callee) {
        watch.ended();
      } else {
        watch.ended(`An unexpected ${type}.`);
      }
    },
  };
}
