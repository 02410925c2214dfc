import type { CallId, CallKind } from "@ringfence/protocol";
import { Handle, limits } from "@ringfence/protocol";
import type { CurrentCall } from "../../packages/client/src/calls/calls-snapshot.ts";
import { type Client, createClient } from "../../packages/client/src/client.ts";
import type { Environment } from "../../packages/client/src/environment.ts";
import { BrowserPeer } from "../../packages/client/src/media/browser-peer.ts";
import { warmOffer } from "../../packages/client/src/media/warm-offer.ts";
import { memoryVaults } from "../../packages/client/src/headless/memory-vault.ts";
import { TestLoops } from "../../packages/client/test/test-loops.ts";
import { TestMedia } from "../../packages/client/test/test-media.ts";
import { TestPage } from "../../packages/client/test/test-page.ts";
import { TestPasskeys } from "../../packages/client/test/test-passkeys.ts";
import { TestPush } from "../../packages/client/test/test-push.ts";
import type { SimulatedConnection } from "./simulated-connection.ts";
import { readDescription } from "./simulated-description.ts";
import { SimulatedDevices } from "./simulated-devices.ts";
import { TamperedSocket } from "./tampered-socket.ts";
import type { HostileWorld } from "./world.ts";

const password = "correct horse battery";
const signUpMs = 10_000;

/** A browser profile with our client in it: everything that a person could see, and what was done. */
export class Profile implements Disposable {
  readonly handle: string;
  readonly client: Client;
  cookie = "";
  /** Its connections to others, in order. */
  readonly connections: SimulatedConnection[] = [];
  readonly devices: SimulatedDevices[] = [];
  readonly #world: HostileWorld;
  readonly #kept = new Map<string, string>();
  readonly #vaults = memoryVaults();

  constructor(handle: string, world: HostileWorld) {
    this.handle = handle;
    this.#world = world;
    this.client = createClient(this.#environment());
  }

  async signUp(): Promise<void> {
    const { account } = this.client;
    const handle = Handle.parse(this.handle);
    await account.signUp({ handle, displayName: handle, password });
    const isReady = () => {
      const devices = this.client.ownDevices.snapshot.get();
      const isLinked = devices.state === "known" && devices.isLinked;
      return isLinked && this.client.connection.get() === "online";
    };
    if (!(await this.#world.busyness.until(isReady, signUpMs))) {
      throw new Error(`${this.handle} is not ready`);
    }
  }

  get current(): CurrentCall | null {
    return this.client.calls.snapshot.get().current;
  }

  /** Of the call on the screen. @throws Error where there is none */
  get callId(): CallId {
    const callId = this.current?.callId ?? null;
    if (callId === null) throw new Error("there is no call");
    return callId;
  }

  /** In words; null where there are none yet. */
  get emoji(): string[] | null {
    return this.current?.trust.emoji?.map(({ word }) => word) ?? null;
  }

  get microphonesOpened(): number {
    return this.devices.filter(({ opened }) => opened !== null).length;
  }

  /** Descriptions of others that the browser was given: whatever a page wrote itself is not among them. */
  get given(): string[] {
    return this.connections
      .flatMap(({ given }) => given)
      .filter((sdp) => {
        const read = readDescription(sdp);
        return read === null || sdp !== warmOffer(read.ice);
      });
  }

  /** Everybody with whom keys were agreed, on whichever connection. */
  get met(): SimulatedConnection[] {
    return this.connections.flatMap(({ met }) => met);
  }

  /** Packets of sound that came from anybody. */
  get heard(): number {
    return this.connections.reduce((sum, { packetsReceived }) => sum + packetsReceived, 0);
  }

  /** Of the calls that are over. */
  forgetConnections(): void {
    this.connections.length = 0;
  }

  /** Whether sound comes now. */
  get hears(): boolean {
    return (
      this.client.calls.snapshot.get().current?.phase === "connected" && this.#latest.peer !== null
    );
  }

  /** The network of this side goes away under the connection that there is. */
  losePath(): void {
    if (this.connections.length > 0) this.#latest.losePath();
  }

  get #latest(): SimulatedConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error(`${this.handle} has no connection`);
    return connection;
  }

  /** Taps the button, and waits until it has rung out. */
  async ringAt(handle: string, kind: CallKind = "audio"): Promise<void> {
    const { busyness } = this.#world;
    this.client.calls.ring({ handle: Handle.parse(handle), displayName: handle }, kind);
    await busyness.pass(limits.cancelBeforeInviteMs);
    await busyness.until(() => this.current?.phase === "ringing", 2_000);
    // The offer is there too, and whatever the callee prepares.
    await busyness.pass(500);
  }

  /** Taps *Accept*, where it rings. */
  async accept(): Promise<void> {
    const { calls } = this.client;
    const [incoming] = calls.snapshot.get().incoming;
    if (incoming === undefined) throw new Error(`nothing rings at ${this.handle}`);
    calls.accept(incoming.callId, { camera: false });
    await this.#world.busyness.settle();
  }

  [Symbol.dispose](): void {
    this.client.close();
  }

  #environment(): Environment {
    const { middle, origin, busyness } = this.#world;
    const media = new TestMedia();
    media.openMedia = (events) => {
      const devices = new SimulatedDevices(events);
      this.devices.push(devices);
      return devices;
    };
    const loops = new TestLoops();
    return {
      origin,
      fetch: (...request) => busyness.during(this.#fetch(...request)),
      openWebSocket: (address) => {
        const url = address.replace("http", "ws");
        const headers = { cookie: this.cookie, origin };
        const socket = new TamperedSocket({ url, headers, who: this.handle, middle });
        return socket as unknown as WebSocket;
      },
      sendBeacon: (path) => {
        void this.#fetch(`${origin}${path}`, { method: "POST" });
      },
      page: new TestPage(),
      storage: {
        getItem: (key) => this.#kept.get(key) ?? null,
        setItem: (key, value) => void this.#kept.set(key, value),
      },
      openVault: this.#vaults,
      locks: null,
      tabs: null,
      media: {
        openPeer: (call, events) => {
          const { maker } = this.#world.ether;
          const peer = maker.run(this.connections, () => new BrowserPeer(call, events));
          // It makes another connection where the offer is not the one that it prepared for.
          const makeAnswer = peer.makeAnswer.bind(peer);
          peer.makeAnswer = (...offer) => maker.run(this.connections, makeAnswer, ...offer);
          return peer;
        },
        openMedia: media.openMedia,
        openRemoteAudio: media.openRemoteAudio,
        sound: media.sound,
        keepAwake: media.keepAwake,
        now: media.now,
      },
      push: new TestPush(),
      passkeys: new TestPasskeys(),
      trying: {
        devices: undefined,
        openLevelMeter: () => () => {},
        measureLoop: (ends, signal) => loops.measure(ends, signal),
      },
    };
  }

  /** With the cookie of this profile, as a browser does. */
  async #fetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("origin", this.#world.origin);
    if (this.cookie !== "") headers.set("cookie", this.cookie);
    const response = await fetch(input, { ...init, headers });
    const set = response.headers.getSetCookie()[0]?.split(";")[0];
    if (set !== undefined) this.cookie = set;
    return response;
  }
}
