import { once } from "node:events";
import {
  type DownFrame,
  type DownMessage,
  type UpMessage,
  protocolVersion,
} from "@ringfence/protocol";
import { type ClientOptions, WebSocket } from "ws";

const patienceMs = 15_000;

type Told<Type extends DownMessage["type"]> = Extract<DownMessage, { type: Type }>;

/** A device's socket as a browser opens it, and everything it was told on it. */
export class TestDevice implements Disposable {
  readonly frames: DownFrame[] = [];
  /** When each frame came, on the clock of `performance.now()`. */
  readonly times: number[] = [];
  readonly socket: WebSocket;
  /** Resolves when the socket is gone, whatever the cause. */
  readonly closed: Promise<void>;
  /** Called with every frame, in order. */
  onFrame: (frame: DownFrame) => void = () => {};
  readonly #waiting = new Set<() => void>();

  /**
   * @param from the origin of the page; the server's own where it is left out
   * @param network what else its connection has
   */
  constructor(origin: string, cookie: string, from = origin, network: ClientOptions = {}) {
    const url = `${origin.replace("http", "ws")}/api/signalling`;
    const headers = { cookie, origin: from, ...network.headers };
    this.socket = new WebSocket(url, { ...network, headers });
    // Ending one that was never opened is what some tests do.
    this.socket.on("error", () => {});
    this.closed = new Promise((resolve) => {
      this.socket.on("close", () => {
        resolve();
        this.#wake();
      });
    });
    this.socket.on("message", (text: Buffer) => {
      const frame = JSON.parse(text.toString("utf8")) as DownFrame;
      this.frames.push(frame);
      this.times.push(performance.now());
      this.onFrame(frame);
      this.#wake();
    });
  }

  /**
   * Opens one, as far as its welcome.
   *
   * @param onOpening called before anything is heard
   */
  static async open(
    origin: string,
    cookie: string,
    onOpening: (device: TestDevice) => void = () => {},
    network: ClientOptions = {},
  ): Promise<TestDevice> {
    const device = new TestDevice(origin, cookie, origin, network);
    onOpening(device);
    await once(device.socket, "open");
    device.say({ type: "hello", protocolVersion });
    await device.told("welcome");
    return device;
  }

  get messages(): DownMessage[] {
    return this.frames.map(({ message }) => message);
  }

  say(message: UpMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Waits until a message of a type was told, and gives the latest. */
  async told<Type extends DownMessage["type"]>(type: Type): Promise<Told<Type>> {
    const isOne = (message: DownMessage): message is Told<Type> => message.type === type;
    await this.until(() => this.messages.some(isOne), type);
    const found = this.messages.findLast(isOne);
    if (found === undefined) throw new Error(`${type} was never told`);
    return found;
  }

  /** Waits for what a frame makes true. */
  async until(isTrue: () => boolean, what: string): Promise<void> {
    const deadline = AbortSignal.timeout(patienceMs);
    const wake = () => this.#wake();
    deadline.addEventListener("abort", wake);
    while (!isTrue()) {
      if (deadline.aborted) throw new Error(`${what} was never told`);
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error(`closed before ${what}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    deadline.removeEventListener("abort", wake);
  }

  async closeCode(): Promise<number> {
    const [code] = (await once(this.socket, "close")) as [number];
    return code;
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
