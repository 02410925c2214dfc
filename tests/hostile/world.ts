import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runRelay } from "@ringfence/relay";
import { pino } from "pino";
import { vi } from "vitest";
import { acquaint } from "../../apps/server/src/accounts/test-people.ts";
import { startApplication } from "../../apps/server/src/application.ts";
import { readConfig } from "../../apps/server/src/config.ts";
import { makeVapidKey } from "../../apps/server/src/push/vapid-key.ts";
import { Busyness } from "./busyness.ts";
import { Ether } from "./ether.ts";
import { Middle } from "./middle.ts";
import { Profile } from "./profile.ts";
import { SimulatedConnection } from "./simulated-connection.ts";

const relaySecret = "a secret of sixteen characters and more";

/** What takes its time beside the clock, and may not be forgotten. */
const cryptography = [
  "digest",
  "sign",
  "verify",
  "deriveBits",
  "generateKey",
  "importKey",
] as const;

/**
 * Real clients, the real server and a middle that tampers, all in this process, on one clock that
 * stands still until the test moves it. Only what a browser does with a network is simulated.
 */
export class HostileWorld implements AsyncDisposable {
  readonly middle = new Middle();
  readonly ether = new Ether();
  readonly busyness = new Busyness(() => this.middle.traffic);
  readonly origin: string;
  readonly #owned: AsyncDisposableStack;

  private constructor(origin: string, owned: AsyncDisposableStack) {
    this.origin = origin;
    this.#owned = owned;
  }

  static async open(): Promise<HostileWorld> {
    await using owned = new AsyncDisposableStack();
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"],
    });
    owned.defer(() => void vi.useRealTimers());
    const directory = mkdtempSync(join(tmpdir(), "ringfence-hostile-"));
    owned.defer(() => rmSync(directory, { recursive: true }));
    const log = pino({ level: "silent" });
    const config = readConfig({ HOST: "127.0.0.1", DATA_DIR: directory });
    const given = { ...config, port: 0, relaySecret, vapidKey: makeVapidKey() };
    const application = owned.use(await startApplication(given, log));
    const origin = `http://127.0.0.1:${application.port}`;
    const controlUrls = [`ws://127.0.0.1:${application.port}/relay-control`];
    owned.use(
      await runRelay({ host: "127.0.0.1", port: 0, secret: relaySecret, controlUrls }, log),
    );
    const world = new HostileWorld(origin, owned.move());
    await world.#simulateBrowsers();
    return world;
  }

  /** Somebody at a browser profile of their own, signed up. */
  async signUp(handle: string): Promise<Profile> {
    const profile = this.#owned.use(new Profile(handle, this));
    await profile.signUp();
    return profile;
  }

  /** Two who may ring each other. */
  async mutuals(one: string, other: string): Promise<readonly [Profile, Profile]> {
    const people = [await this.signUp(one), await this.signUp(other)] as const;
    await acquaint(this.origin, people[0].cookie, other);
    await acquaint(this.origin, people[1].cookie, one);
    await this.busyness.settle();
    return people;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned[Symbol.asyncDispose]();
  }

  async #simulateBrowsers(): Promise<void> {
    const { ether, busyness } = this;
    // Not as spies of the test runner, which it takes away after each test.
    for (const name of cryptography) {
      const original = SubtleCrypto.prototype[name] as (...input: unknown[]) => Promise<unknown>;
      const counted = function (this: SubtleCrypto, ...input: unknown[]) {
        return busyness.during(original.apply(this, input));
      };
      Object.assign(SubtleCrypto.prototype, { [name]: counted });
      this.#owned.defer(() => void Object.assign(SubtleCrypto.prototype, { [name]: original }));
    }
    const Connection = class extends SimulatedConnection {
      constructor(configuration?: RTCConfiguration) {
        super(ether, configuration);
      }
    };
    vi.stubGlobal("RTCPeerConnection", Connection);
    vi.stubGlobal("MediaStream", EventTarget);
    this.#owned.defer(() => void vi.unstubAllGlobals());
    await this.busyness.settle();
  }
}
