import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type CallPlace,
  type CallView,
  type DownMessage,
  parseUpMessage,
  protocolVersion,
  type UpMessage,
} from "@ringfence/protocol";
import { type WebSocket, WebSocketServer } from "ws";

/** One request, as the test answers it. */
export interface TestRequest {
  method: string;
  /** Path and query. */
  path: string;
  body: unknown;
}

export type TestAnswer = { status: number; body?: unknown };

/** A server that speaks the protocol, in the words that the test gives it. */
export class TestServer implements AsyncDisposable {
  readonly #http = createServer((request, response) => void this.#serve(request, response));
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly requests: TestRequest[] = [];
  /** Answers a request; a request that it leaves is a 404. */
  answer: (request: TestRequest) => TestAnswer | Promise<TestAnswer> | undefined = () => undefined;
  readonly connections: TestConnection[] = [];
  #isRefusing = false;
  /** How many sockets were refused. */
  refused = 0;
  readonly #waiting = new Set<() => void>();

  /** What a page asks by itself after a sign-in comes at any time, and is left out. */
  get latestRequest(): TestRequest | undefined {
    const byItself = ["/api/devices", "/api/settings/retention", "/api/ways-in"];
    return this.requests.findLast(({ path }) => !byItself.some((part) => path.startsWith(part)));
  }

  static async start(): Promise<TestServer> {
    const server = new TestServer();
    server.#http.on("upgrade", (request, socket, head) => {
      if (server.#isRefusing) {
        server.refused += 1;
        socket.destroy();
      } else server.#sockets.handleUpgrade(request, socket, head, (ws) => server.#accept(ws));
    });
    await new Promise<void>((resolve) => server.#http.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** The latest connection, once there are so many. */
  async connection(count: number): Promise<TestConnection> {
    await this.heard(() => this.connections.length >= count);
    const connection = this.connections[count - 1];
    if (connection === undefined) throw new Error("no connection");
    return connection;
  }

  /** Waits for something that a client makes true. */
  async heard(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Sockets are refused from now on. */
  refuse(isRefusing: boolean): void {
    this.#isRefusing = isRefusing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.connections) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #accept(socket: WebSocket): void {
    this.connections.push(new TestConnection(socket, () => this.#tell()));
    this.#tell();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const one = {
      method: request.method ?? "",
      path: request.url ?? "",
      body: text === "" ? undefined : JSON.parse(text),
    };
    this.requests.push(one);
    this.#tell();
    const nobody = { status: 404, body: { code: "not-found", message: "There is no such thing." } };
    const { status, body } = (await this.answer(one)) ?? nobody;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  #tell(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

/** One client's socket. `hello` is answered by `welcome` unless the test says otherwise. */
export class TestConnection {
  readonly socket: WebSocket;
  readonly heard: UpMessage[] = [];
  calls: CallView[] = [];
  own: CallPlace | null = null;
  greets = true;
  sequence = 0;

  constructor(socket: WebSocket, onHeard: () => void) {
    this.socket = socket;
    socket.on("message", (data: Buffer) => {
      const parsed = parseUpMessage(data.toString());
      if (parsed.outcome !== "message") throw new Error("a client spoke in unknown words");
      this.heard.push(parsed.message);
      if (parsed.message.type === "hello" && this.greets) this.welcome();
      if (parsed.message.type === "heartbeat") this.answer({ type: "heartbeat" });
      onHeard();
    });
    socket.on("close", onHeard);
  }

  welcome(): void {
    this.answer({ type: "welcome", protocolVersion, calls: this.calls, own: this.own });
  }

  /** A message to the account, with the next number. */
  deliver(message: DownMessage): void {
    this.sequence += 1;
    this.#send(true, message);
  }

  /** A message to this connection alone. */
  answer(message: DownMessage): void {
    this.#send(false, message);
  }

  count(type: UpMessage["type"]): number {
    return this.heard.filter((message) => message.type === type).length;
  }

  #send(isDelivery: boolean, message: DownMessage): void {
    this.socket.send(JSON.stringify({ sequence: this.sequence, isDelivery, message }));
  }
}
