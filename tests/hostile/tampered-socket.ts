import { WebSocket } from "ws";
import type { Line, Middle } from "./middle.ts";

interface Opening {
  url: string;
  headers: Record<string, string>;
  who: string;
  middle: Middle;
}

/** What `WebSocket` is to a page, with a real one behind it and somebody in the middle. */
export class TamperedSocket extends EventTarget {
  readonly #socket: WebSocket;
  readonly #line: Line;

  constructor({ url, headers, who, middle }: Opening) {
    super();
    const socket = new WebSocket(url, { headers });
    this.#socket = socket;
    this.#line = middle.open(who, {
      toServer: (text) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      },
      cut: () => socket.terminate(),
      toDevice: (data) => this.dispatchEvent(new MessageEvent("message", { data })),
    });
    socket.on("error", () => {});
    socket.on("open", () => this.dispatchEvent(new Event("open")));
    socket.on("message", (text: Buffer) => this.#line.fromServer(text.toString()));
    socket.on("close", (code) => {
      this.dispatchEvent(Object.assign(new Event("close"), { code }));
    });
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  send(text: string): void {
    this.#line.fromDevice(text);
  }

  close(): void {
    this.#socket.close();
  }
}
