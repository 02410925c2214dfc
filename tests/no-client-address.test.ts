import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DownMessage, Handle, type RelayCredential } from "@ringfence/protocol";
import { expect, test } from "vitest";
import { childrenOf } from "../apps/server/src/cli/test-children.ts";
import { freePort } from "../apps/server/src/cli/test-free-port.ts";
import { type Ringfence, ringfence } from "../apps/server/src/cli/test-ringfence.ts";
import { TestDevice } from "../apps/server/src/signalling/test-device.ts";
import { TurnClient } from "../packages/relay/src/test-client/turn-client.ts";
import { findForms, formsOf } from "./network/address-forms.ts";

/*
 * There are ten calls of each kind: declined, cancelled, hung up, hung up after both had taken a place at
 * the relay over UDP, and left by both devices at once; beside them refusals over every way in, and a
 * death of both processes in the middle. Not among them: real browsers (the devices here speak the
 * protocol themselves), media, direct calls, the relay over TCP, pushes, and packets over IPv6, of which
 * only the proxy tells. What browsers send and are told: tests/browser/addresses-stay-at-home.spec.ts.
 */

/** Only Linux has all of 127.0.0.0/8 at its loopback, and `/proc`, by which a process is found. */
const obstacle = process.platform === "linux" ? null : "Other systems have one loopback address.";
if (obstacle !== null) console.warn(`No server is searched for addresses here: ${obstacle}`);

const relaySecret = "a relay secret that the search knows";
const metricsToken = "a-token-that-reads-the-metrics";
const patience = { timeout: 60_000, interval: 50 };
const pairs = 10;
/** How the calls of each pair end; the server dies between the first ones and the others. */
const before = ["decline", "relayed", "hang-up"] as const;
const after = ["cancel", "lost"] as const;

type Ending = (typeof before)[number] | (typeof after)[number];

/** Somebody whose packets come from an address of their own, behind a proxy with another one. */
class Client {
  readonly handle: string;
  /** Where their packets come from, and who the proxy says that they are. */
  readonly local: string;
  readonly forwarded: string;
  cookie = "";
  readonly #port: number;

  constructor(index: number, port: number) {
    this.handle = `person${index}`;
    this.local = `127.83.61.${100 + index}`;
    this.forwarded =
      index % 2 === 0
        ? `203.0.113.${100 + index}`
        : `2001:db8:5a1:${1_000 + index}::${200 + index}`;
    this.#port = port;
  }

  get addresses(): string[] {
    return [this.local, this.forwarded];
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get headers(): Record<string, string> {
    return {
      origin: this.origin,
      "x-forwarded-for": this.forwarded,
      ...(this.cookie !== "" && { cookie: this.cookie }),
    };
  }

  /** @returns the status */
  async ask(method: string, path: string, body?: object | string): Promise<number> {
    const asked = request(`${this.origin}${path}`, {
      method,
      localAddress: this.local,
      agent: false,
      headers: { ...this.headers, "content-type": "application/json" },
    });
    asked.end(typeof body === "object" ? JSON.stringify(body) : body);
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    this.cookie = answer.headers["set-cookie"]?.[0]?.split(";")[0] ?? this.cookie;
    answer.resume();
    await once(answer, "end");
    return answer.statusCode ?? 0;
  }

  open(): Promise<TestDevice> {
    return TestDevice.open(this.origin, this.cookie, () => {}, {
      localAddress: this.local,
      headers: { "x-forwarded-for": this.forwarded },
    });
  }

  /** Takes a place at the relay over UDP, as far as the answer to it. */
  async allocate({ username, credential }: RelayCredential): Promise<void> {
    const turn = new TurnClient({ username, password: credential });
    const socket = createSocket("udp4").bind(0, this.local);
    await once(socket, "listening");
    for (const write of [() => turn.allocate([], { isSigned: false }), () => turn.allocate()]) {
      socket.send(write(), this.#port, "127.0.0.1");
      const [answer] = (await once(socket, "message")) as [Buffer];
      turn.takeChallenge(answer);
    }
    socket.close();
  }

  /** What is no TLS, no HTTP and no TURN, over TCP and UDP. */
  async babble(): Promise<void> {
    const socket = connect({ port: this.#port, host: "127.0.0.1", localAddress: this.local });
    socket.on("error", () => {}).end("\u0016\u0003nonsense\r\n\r\n");
    await once(socket.resume(), "close");
    const udp = createSocket("udp4").bind(0, this.local);
    await once(udp, "listening");
    await new Promise((sent) => udp.send("nonsense", this.#port, "127.0.0.1", sent));
    udp.close();
  }
}

/** The caller's device and the callee's, for as long as the server lives. */
interface Couple extends Disposable {
  readonly caller: TestDevice;
  readonly callee: TestDevice;
}

test.skipIf(obstacle !== null)(
  "50 calls, failures, refusals and a crash leave no client's address in any file, log or figure",
  { timeout: 240_000 },
  async () => {
    const directory = mkdtempSync(join(tmpdir(), "ringfence-addresses-"));
    await using owned = new AsyncDisposableStack();
    owned.defer(() => rmSync(directory, { recursive: true }));
    const port = await freePort();
    const server = startServer(directory, port);
    owned.defer(() => void server.child.kill("SIGKILL"));
    await untilReady(port);
    const clients = Array.from({ length: 2 * pairs }, (_, index) => new Client(index, port));
    const couples = Array.from(
      { length: pairs },
      (_, index) => [clients[2 * index], clients[2 * index + 1]] as [Client, Client],
    );
    await Promise.all(couples.map(acquaint));
    await Promise.all(clients.map(beRefused));
    for (const endings of [before, after]) {
      await Promise.all(couples.map((couple) => callEachOther(couple, endings)));
      if (endings === before) await crash(server, port);
    }
    const text = await figuresOf(port);
    expect(text).toContain("ringfence_");
    const keys = [relaySecret, ...filesIn(directory).map(({ bytes }) => bytes.toString().trim())];
    const known = keys.filter((key) => key.length > 0 && key.length < 200);
    const forms = clients.flatMap(({ addresses }) =>
      addresses.flatMap((one) => formsOf(one, known)),
    );
    const search = () => [
      ...findForms(Buffer.from(server.said()), forms),
      ...findForms(Buffer.from(text), forms),
      ...filesIn(directory).flatMap(({ path, bytes }) =>
        findForms(bytes, forms).map((found) => `${path}: ${found}`),
      ),
    ];
    // The log of the database stands beside it while the server runs.
    expect(filesIn(directory).filter(({ path }) => path.endsWith("-wal"))).not.toEqual([]);
    expect(server.said()).toContain('"level":');
    expect(search()).toEqual([]);

    // A control: what somebody writes is kept, and found.
    const [one, other] = clients as [Client, Client];
    const message = { clientMessageId: randomUUID(), text: `I am at ${one.local}` };
    await one.ask("POST", `/api/conversations/${other.handle}/messages`, message);
    expect(search().join()).toContain(`${one.local}: text ${one.local}`);

    server.child.kill("SIGTERM");
    await server.exited();
    const found = search().filter((line) => !line.includes(one.local));
    expect(found).toEqual([]);
  },
);

function startServer(directory: string, port: number): Ringfence {
  const settings = {
    PORT: String(port),
    DATA_DIR: join(directory, "data"),
    SIGN_UP: "open",
    // Each client has an address that a proxy tells of, beside the one that its packets come from.
    TRUST_PROXY: "1",
    RELAY_SECRET: relaySecret,
    METRICS_TOKEN: metricsToken,
    LOG_LEVEL: "trace",
  };
  return ringfence(["start"], { directory, settings });
}

async function untilReady(port: number): Promise<void> {
  const isReady = async () =>
    (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok === true;
  await expect.poll(isReady, patience).toBe(true);
}

async function figuresOf(port: number): Promise<string> {
  const headers = { authorization: `Bearer ${metricsToken}` };
  return (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).text();
}

const password = "correct horse battery";

/** Two new people who may ring each other. */
async function acquaint(couple: [Client, Client]): Promise<void> {
  for (const client of couple) {
    const account = { handle: client.handle, displayName: client.handle, password };
    expect(await client.ask("POST", "/api/accounts", account)).toBeLessThan(300);
  }
  for (const [me, { handle }] of [couple, couple.toReversed()] as [Client, Client][]) {
    await me.ask("PUT", `/api/people/${handle}/follow`);
    const message = { clientMessageId: randomUUID(), text: "Hello" };
    await me.ask("POST", `/api/conversations/${handle}/messages`, message);
    const settings = { calling: "on", audiences: ["mutuals"], unansweredLimit: false };
    expect(await me.ask("PATCH", "/api/settings/calls", settings)).toBeLessThan(300);
  }
}

/** What goes wrong for one, and is refused, over every way in. */
async function beRefused(client: Client): Promise<void> {
  const { cookie, handle } = client;
  client.cookie = "";
  const attempt = { handle, password: "not the password" };
  expect(await client.ask("POST", "/api/login", attempt)).toBe(403);
  expect(await client.ask("POST", "/api/login", { ...attempt, handle: "nobody" })).toBe(403);
  expect(await client.ask("GET", "/api/me")).toBe(401);
  expect(await client.ask("POST", "/api/login", "{")).toBe(400);
  expect(await client.ask("GET", "/api/nothing")).toBe(404);
  client.cookie = cookie;
  const headers = { "x-forwarded-for": client.forwarded };
  using stranger = new TestDevice(client.origin, cookie, "https://elsewhere.example", {
    localAddress: client.local,
    headers,
  });
  await stranger.closed;
  await client.babble();
}

/** One call after the other, each with its end. */
async function callEachOther(
  [one, other]: [Client, Client],
  endings: readonly Ending[],
): Promise<void> {
  using couple = await open(one, other);
  for (const ending of endings) await call(couple, [one, other], ending);
}

async function open(one: Client, other: Client): Promise<Couple> {
  const [caller, callee] = await Promise.all([one.open(), other.open()]);
  return {
    caller,
    callee,
    [Symbol.dispose]() {
      for (const device of [caller, callee]) device[Symbol.dispose]();
    },
  };
}

async function call(
  { caller, callee }: Couple,
  [one, other]: [Client, Client],
  ending: Ending,
): Promise<void> {
  const [heardByCaller, heardByCallee] = [later(caller), later(callee)];
  const invite = { type: "invite", requestId: randomUUID(), kind: "audio" } as const;
  caller.say({ ...invite, to: Handle.parse(other.handle) });
  const { call: ringing, relay } = await heardByCaller("ringing");
  const { callId } = ringing;
  await heardByCallee("ring");
  callee.say({ type: "ring-acknowledge", callId });
  if (ending === "decline") callee.say({ type: "decline", callId });
  else if (ending === "cancel") caller.say({ type: "cancel", callId });
  else {
    callee.say({ type: "accept", callId, ends: null, answer: null });
    const accepted = await heardByCallee("accepted");
    if (ending === "lost") return;
    if (ending === "relayed") {
      await Promise.all([one.allocate(relay), other.allocate(accepted.relay ?? relay)]);
    }
    caller.say({ type: "hang-up", callId });
  }
  await Promise.all([heardByCaller("call-ended"), heardByCallee("call-ended")]);
}

/** Hears what a device is told from now on. */
function later(device: TestDevice) {
  const since = device.frames.length;
  return async <Type extends DownMessage["type"]>(
    type: Type,
  ): Promise<Extract<DownMessage, { type: Type }>> => {
    const isOne = (message: DownMessage): message is Extract<DownMessage, { type: Type }> =>
      message.type === type;
    const found = () => device.messages.slice(since).find(isOne);
    await device.until(() => found() !== undefined, type);
    const message = found();
    if (message === undefined) throw new Error(`${type} was never told`);
    return message;
  };
}

/** Both processes die at once, with all that they hold; what starts in their place is waited for. */
async function crash({ child }: Ringfence, port: number): Promise<void> {
  const { application, relay } = childrenOf(child.pid);
  process.kill(application, "SIGABRT");
  process.kill(relay, "SIGABRT");
  await expect.poll(() => childrenOf(child.pid).application, patience).not.toBe(application);
  await untilReady(port);
}

interface FoundFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Every file of the server, its reports of crashes too, which it would write where it was started. */
function filesIn(directory: string): FoundFile[] {
  return globSync("**/*", { cwd: directory })
    .filter((path) => statSync(join(directory, path)).isFile())
    .map((path) => ({ path, bytes: readFileSync(join(directory, path)) }));
}
