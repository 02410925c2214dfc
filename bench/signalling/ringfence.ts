import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../../apps/server/src/cli/test-free-port.ts";
import { pinned } from "../machine.ts";
import { commandOf, descendantsOf } from "../proc.ts";
import type { Bench } from "./bench.ts";
import type { Contender, Pair, People } from "./contender.ts";
import { type Person, signUpAhead } from "./ringfence-people.ts";
import { greet, pairOf } from "./ringfence-pair.ts";
import { type TextSocket, openWebSocket } from "./text-socket.ts";

const ringfence = join(import.meta.dirname, "../../apps/server/src/cli/ringfence.ts");
const host = "127.0.0.1";
const startMs = 30_000;
const stopMs = 10_000;
const lookMs = 50;
/** The server takes about a thousand connections from one address; a loopback has many. */
const connectionsPerAddress = 1_000;
/** Open at once: each wants an answer to its upgrade and one to its hello. */
const openingAtOnce = 50;

/** The whole product, as `ringfence start` runs it, with everything on. */
export async function startRingfence(bench: Bench, people: People): Promise<Contender> {
  const directory = mkdtempSync(join(bench.directory, "ringfence-"));
  const signedUp = await signUpAhead(directory, people);
  const port = await freePort();
  const log = openSync(join(directory, "log"), "a");
  const command = pinned(bench.cores?.server, [process.execPath, ringfence, "start"]);
  const [program = "", ...parameters] = command;
  const child = spawn(program, parameters, {
    cwd: directory,
    env: {
      PATH: process.env["PATH"],
      // For a profile of what is measured: --cpu-prof.
      NODE_OPTIONS: process.env["NODE_OPTIONS"],
      HOST: host,
      PORT: String(port),
      DATA_DIR: directory,
    },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const ended = once(child, "exit");
  const stop = async () => {
    const timer = setTimeout(() => child.kill("SIGKILL"), stopMs);
    child.kill("SIGTERM");
    await ended;
    clearTimeout(timer);
  };
  try {
    await untilReady(port, bench.signal);
  } catch (error) {
    await stop();
    console.error(readFileSync(join(directory, "log"), "utf8"));
    throw error;
  }
  const processes = descendantsOf(child.pid ?? 0);
  const processOf = (module: string) =>
    processes.find((pid) => commandOf(pid).some((word) => word.endsWith(module))) ?? 0;
  const crowd = new Crowd(port, signedUp);
  return {
    name: "ringfence",
    pid: processOf("/src/main.ts"),
    besides: { relay: processOf("/relay-process.ts") },
    connectPairs: (count) => crowd.connectPairs(count),
    connectIdle: (count) => crowd.connectIdle(count),
    async [Symbol.asyncDispose]() {
      crowd.leave();
      await stop();
    },
  };
}

async function untilReady(port: number, signal: AbortSignal): Promise<void> {
  const giveUpAt = performance.now() + startMs;
  for (;;) {
    const answer = await fetch(`http://${host}:${port}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return;
    if (performance.now() > giveUpAt) throw new Error("The server was not ready in time.");
    await delay(lookMs, undefined, { signal });
  }
}

/** Those who are connected: the two of each pair first, then those who say nothing. */
class Crowd {
  readonly #port: number;
  readonly #people: readonly Person[];
  readonly #sockets: TextSocket[] = [];
  #connected = 0;

  constructor(port: number, people: readonly Person[]) {
    this.#port = port;
    this.#people = people;
  }

  async connectPairs(count: number): Promise<Pair[]> {
    const devices = await this.#connect(2 * count);
    return Array.from({ length: count }, (_, pair) => {
      const [one, other] = devices.slice(2 * pair, 2 * pair + 2);
      if (one === undefined || other === undefined) throw new RangeError("an odd one");
      return pairOf(one, other);
    });
  }

  async connectIdle(count: number): Promise<void> {
    await this.#connect(count);
  }

  leave(): void {
    for (const socket of this.#sockets) {
      socket.onEnd = () => {};
      socket.end();
    }
  }

  async #connect(count: number) {
    const first = this.#connected;
    this.#connected += count;
    const devices = [];
    for (let next = first; next < this.#connected; next += openingAtOnce) {
      const people = this.#people.slice(next, Math.min(next + openingAtOnce, this.#connected));
      devices.push(
        ...(await Promise.all(people.map((one, index) => this.#open(one, next + index)))),
      );
    }
    return devices;
  }

  async #open({ handle, token }: Person, number: number) {
    const socket = await openWebSocket({
      host,
      port: this.#port,
      localAddress: `127.0.1.${1 + Math.floor(number / connectionsPerAddress)}`,
      path: "/api/signalling",
      headers: {
        Origin: `http://${host}:${this.#port}`,
        Cookie: `ringfence-login=${token}`,
      },
    });
    this.#sockets.push(socket);
    return greet(handle, socket);
  }
}
