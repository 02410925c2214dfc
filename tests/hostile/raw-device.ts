import { once } from "node:events";
import type { DownMessage } from "@ringfence/protocol";
import { signUp } from "../../apps/server/src/accounts/test-people.ts";
import { TestDevice } from "../../apps/server/src/signalling/test-device.ts";
import type { HostileWorld } from "./world.ts";

const answerTimeoutMs = 10_000;

/** Somebody whose client is none of ours: a socket and a cookie, and whatever words the test wants. */
export class RawDevice implements Disposable {
  readonly handle: string;
  readonly cookie: string;
  readonly device: TestDevice;
  readonly #world: HostileWorld;

  private constructor(handle: string, cookie: string, device: TestDevice, world: HostileWorld) {
    this.handle = handle;
    this.cookie = cookie;
    this.device = device;
    this.#world = world;
  }

  /** @param cookie of a device that is signed in; one of a new account where it is left out */
  static async open(world: HostileWorld, handle: string, cookie?: string): Promise<RawDevice> {
    const login = cookie ?? (await signUp(world.origin, handle));
    const device = await TestDevice.open(world.origin, login);
    return new RawDevice(handle, login, device, world);
  }

  /** Says something that our own client never would. */
  say(message: object): void {
    this.sayText(JSON.stringify(message));
  }

  sayText(text: string): void {
    this.device.socket.send(text);
  }

  /** Says something, and hears the answer of this connection alone: a code, a type or nothing. */
  async answerTo(message: object): Promise<string | null> {
    const before = this.device.frames.length;
    this.say(message);
    this.say({ type: "heartbeat" });
    const answers = () => this.device.frames.slice(before).filter(({ isDelivery }) => !isDelivery);
    // One message is obeyed after the other; a refused invite waits for a tick of the server's clock.
    const isDone = () => answers().some(({ message: { type } }) => type === "heartbeat");
    if (!(await this.#world.busyness.until(isDone, answerTimeoutMs))) throw new Error("no answer");
    const answer = answers().find(({ message: { type } }) => type !== "heartbeat")?.message;
    if (answer === undefined) return null;
    return answer.type === "refused" ? answer.code : answer.type;
  }

  /** @returns how the server ends the connection */
  async closing(): Promise<number> {
    if (this.device.socket.readyState === this.device.socket.CLOSED) return 0;
    const [code] = (await once(this.device.socket, "close")) as [number];
    return code;
  }

  told<Type extends DownMessage["type"]>(type: Type): Extract<DownMessage, { type: Type }>[] {
    const isOne = (message: DownMessage): message is Extract<DownMessage, { type: Type }> =>
      message.type === type;
    return this.device.messages.filter(isOne);
  }

  [Symbol.dispose](): void {
    this.device[Symbol.dispose]();
  }
}
