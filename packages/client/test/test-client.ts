import type { ConversationView, Me, MessageEntry, Person, PersonView } from "@ringfence/protocol";
import { DeviceId, Handle, initialCallSettings } from "@ringfence/protocol";
import { type Client, createClient } from "../src/client.ts";
import type { Environment } from "../src/environment.ts";
import type { PushLack } from "../src/push/push-platform.ts";
import type { OpenVault } from "../src/vault/vault.ts";
import { memoryVaults } from "../src/headless/memory-vault.ts";
import { TestLoops } from "./test-loops.ts";
import { TestMedia } from "./test-media.ts";
import { TestPush } from "./test-push.ts";
import { TestOwnDevices } from "./test-own-devices.ts";
import { TestPage } from "./test-page.ts";
import { TestPasskeys } from "./test-passkeys.ts";
import { type TestAnswer, type TestRequest, TestServer } from "./test-server.ts";
import { until } from "./until.ts";

/** A client, its server and its surroundings. */
export interface TestWorld extends AsyncDisposable {
  client: Client;
  server: TestServer;
  page: TestPage;
  media: TestMedia;
  push: TestPush;
  passkeys: TestPasskeys;
  loops: TestLoops;
  beacons: string[];
  /** Answers by method and path without its query; the others are as in `ordinaryAnswers`. */
  answers: Map<string, (request: TestRequest) => TestAnswer | Promise<TestAnswer>>;
}

const id = (letter: string) => letter.repeat(26);

export const alice = {
  id: id("1"),
  handle: "alice",
  displayName: "Alice",
  deviceId: id("2"),
  callSettings: { ...initialCallSettings, calling: "on", audiences: ["mutuals"] },
} as unknown as Me;

export const bob: Person = { handle: Handle.parse("bob"), displayName: "Bob" };
export const carol: Person = { handle: Handle.parse("carol"), displayName: "Carol" };

export function messageEntry(number: number, text = `message ${number}`): MessageEntry {
  const entryId = String(number).padStart(26, "0");
  return { type: "message", id: entryId, fromMe: false, text, at: number } as MessageEntry;
}

export function conversationWith(
  person: Person,
  change: Partial<ConversationView> = {},
): ConversationView {
  return {
    with: person,
    place: "inbox",
    entered: true,
    youBlocked: false,
    callButton: "call",
    asked: null,
    granted: null,
    isFirstRing: false,
    route: "relayed",
    receivedAsk: null,
    unreadCount: 0,
    latest: messageEntry(1),
    listedAt: change.latest?.id ?? messageEntry(1).id,
    ...change,
  };
}

/** Bob, as Alice sees him. */
export function personView(change: Partial<PersonView> = {}): PersonView {
  return {
    ...bob,
    isMe: false,
    youFollow: false,
    followsYou: false,
    youBlocked: false,
    youSaidNever: false,
    grant: null,
    isInYourAddressBook: false,
    isVouched: false,
    addressException: null,
    callButton: "none",
    asked: null,
    granted: null,
    isFirstRing: true,
    route: "relayed",
    ...change,
  };
}

const ordinaryAnswers: [string, () => TestAnswer][] = [
  ["GET /api/settings/calls", () => ({ status: 200, body: alice.callSettings })],
  ["GET /api/conversations", () => ({ status: 200, body: { conversations: [], next: null } })],
  ["GET /api/asks", () => ({ status: 200, body: { asks: [], next: null } })],
];

/** What is special about a browser, and what the tabs of one profile share. */
export interface Profile {
  locks?: LockManager;
  /** Those that its account has on the server; this one comes to them. */
  devices?: TestOwnDevices;
  deviceId?: string;
  /** By its name; nothing where a test has one tab. */
  tabs?: string;
  /** Why this browser cannot be pushed to. */
  lack?: PushLack;
  /** What its person has said about notifications before. */
  granted?: NotificationPermission;
  /** What the page keeps in this browser and tells nobody. */
  openVault?: OpenVault;
  /** What the page keeps in this browser. */
  kept?: Map<string, string>;
}

export async function openWorld(profile: Profile = {}): Promise<TestWorld> {
  const server = await TestServer.start();
  const devices = profile.devices ?? new TestOwnDevices();
  const me = { ...alice, deviceId: DeviceId.parse(profile.deviceId ?? alice.deviceId) };
  devices.add(me.deviceId);
  const answers: TestWorld["answers"] = new Map(ordinaryAnswers);
  answers.set("GET /api/me", () => ({ status: 200, body: me }));
  server.answer = (request) => {
    const [path] = request.path.split("?");
    const given = answers.get(`${request.method} ${path}`)?.(request);
    return given ?? devices.answer(me.deviceId, request);
  };
  const page = new TestPage();
  const media = new TestMedia();
  const push = new TestPush();
  push.lack = profile.lack ?? null;
  push.granted = profile.granted ?? "default";
  const passkeys = new TestPasskeys();
  const beacons: string[] = [];
  const kept = profile.kept ?? new Map<string, string>();
  const loops = new TestLoops();
  const environment: Environment = {
    origin: server.origin,
    fetch: (...request) => fetch(...request),
    openWebSocket: (url) => new WebSocket(url),
    sendBeacon: (path) => void beacons.push(path),
    page,
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
    },
    openVault: profile.openVault ?? memoryVaults(),
    locks: profile.locks ?? null,
    tabs: profile.tabs === undefined ? null : new BroadcastChannel(profile.tabs),
    media,
    push,
    passkeys,
    trying: {
      devices: undefined,
      openLevelMeter: () => () => {},
      measureLoop: (ends, signal) => loops.measure(ends, signal),
    },
  };
  const client = createClient(environment);
  return {
    client,
    server,
    page,
    media,
    push,
    passkeys,
    loops,
    beacons,
    answers,
    async [Symbol.asyncDispose]() {
      client.close();
      environment.tabs?.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

export async function online({ client, server }: TestWorld) {
  await until(client.connection, (state) => state === "online");
  return server.connection(1);
}
