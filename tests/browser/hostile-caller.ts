import { randomUUID } from "node:crypto";
import type { PersonAtDevice } from "./people.ts";
import { expect } from "./test.ts";

declare global {
  interface Window {
    hostileSocket: WebSocket;
  }
}

/** Somebody whose client is none of ours: it says whatever the test wants, in its own words. */
export class HostileCaller {
  readonly #person: PersonAtDevice;

  private constructor(person: PersonAtDevice) {
    this.#person = person;
  }

  /** In the place of the page of somebody who is signed in. */
  static async open(person: PersonAtDevice): Promise<HostileCaller> {
    const { page, frames } = person;
    // A page of the server without our script: its cookie and its origin are all that it takes.
    await page.goto("/openapi.json");
    const before = frames.length;
    await page.evaluate(() => {
      window.hostileSocket = new WebSocket(
        `${location.origin.replace("http", "ws")}/api/signalling`,
      );
      const hello = JSON.stringify({ type: "hello", protocolVersion: 1 });
      window.hostileSocket.addEventListener("open", () => window.hostileSocket.send(hello));
    });
    const hostile = new HostileCaller(person);
    await hostile.#hear('"type":"welcome"', before);
    return hostile;
  }

  /** @returns the id of the call that rings */
  async ring(to: string): Promise<string> {
    const before = this.#person.frames.length;
    await this.say({ type: "invite", requestId: randomUUID(), to, kind: "audio" });
    const ringing = await this.#hear('"type":"ringing"', before);
    return /"callId":"(\w+)"/.exec(ringing)?.[1] ?? "";
  }

  async say(message: object): Promise<void> {
    await this.#person.page.evaluate(
      (text) => window.hostileSocket.send(text),
      JSON.stringify(message),
    );
  }

  /** Says something, and hears with which code it was refused. */
  async isRefused(message: { type: string }): Promise<string> {
    const before = this.#person.frames.length;
    await this.say(message);
    const refused = await this.#hear('"type":"refused"', before);
    return /"code":"([\w-]+)"/.exec(refused)?.[1] ?? "";
  }

  /** What was said before this has been obeyed or refused by the server: it takes one after another. */
  async settle(): Promise<void> {
    const before = this.#person.frames.length;
    await this.say({ type: "heartbeat" });
    await this.#hear('"isDelivery":false,"message":{"type":"heartbeat"', before);
  }

  async #hear(text: string, since: number): Promise<string> {
    const { frames } = this.#person;
    const found = () => frames.slice(since).find((frame) => frame.includes(text));
    await expect.poll(found, { message: text }).toBeDefined();
    return found() ?? "";
  }
}
