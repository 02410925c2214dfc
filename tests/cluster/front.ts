import { once } from "node:events";
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";

/**
 * What an operator puts in front of several nodes: one address, and each connection goes to the first
 * node of a list that takes it. It looks at no byte of what passes.
 */
export class Front implements AsyncDisposable {
  readonly origin: string;
  readonly #server: Server;
  readonly #connections = new Map<Socket, number>();
  #ports: readonly number[];

  private constructor(server: Server, ports: readonly number[]) {
    this.#server = server;
    this.#ports = ports;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("connection", (near: Socket) => {
      near.on("error", () => near.destroy());
      this.#lead(near, [...this.#ports]);
    });
  }

  /** @param ports of the nodes, the one that is taken where it is there first */
  static async open(ports: readonly number[]): Promise<Front> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Front(server, ports);
  }

  /**
   * From now on to another node first; what is open to others is cut.
   *
   * @returns whether anything was
   */
  turnTo(ports: readonly number[]): boolean {
    this.#ports = ports;
    const cut = [...this.#connections].filter(([, port]) => port !== ports[0]);
    for (const [socket] of cut) socket.destroy();
    return cut.length > 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#connections.keys()) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #lead(near: Socket, [port, ...others]: readonly number[]): void {
    if (port === undefined || near.destroyed) {
      near.destroy();
      return;
    }
    const far = connect({ port, host: "127.0.0.1", noDelay: true });
    far.once("error", () => {
      if (this.#connections.has(near)) near.destroy();
      else this.#lead(near, others);
    });
    far.once("connect", () => {
      this.#connections.set(near, port);
      near.setNoDelay(true);
      near.pipe(far).pipe(near);
      near.once("close", () => {
        this.#connections.delete(near);
        far.destroy();
      });
      far.once("close", () => near.destroy());
    });
  }
}
