import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AccountId,
  type DeviceId,
  type DownFrame,
  type DownMessage,
  Handle,
  type Me,
} from "@ringfence/protocol";
import { RelayControl } from "@ringfence/relay";
import { pino } from "pino";
import { accountHandlers } from "../accounts/account-handlers.ts";
import { createAccount, readMe } from "../accounts/accounts.ts";
import { type LoginParts, startLogin } from "../accounts/logins.ts";
import { Passwords } from "../accounts/passwords.ts";
import { addressBookHandlers } from "../address-book/address-book-handlers.ts";
import { askingHandlers } from "../asking/asking-handlers.ts";
import { fillIn } from "../bus/carried-message.ts";
import type { Bus } from "../bus/bus.ts";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import type { CallHooks } from "../calls/call-hooks.ts";
import type { SignUpRule } from "../config.ts";
import { loopCallHandlers } from "../calls/loop-call-handlers.ts";
import { type LoopCallParts, LoopCalls } from "../calls/loop-calls.ts";
import { conversationHandlers } from "../conversations/conversation-handlers.ts";
import { deviceHandlers } from "../devices/device-handlers.ts";
import { Figures } from "../figures/figures.ts";
import { invitationHandlers } from "../invitations/invitation-handlers.ts";
import { type Rate, type RateName, rates } from "../limits.ts";
import { Buttons } from "../people/buttons.ts";
import { peopleHandlers } from "../people/people-handlers.ts";
import { pushHandlers } from "../push/push-handlers.ts";
import { type Resolve, resolveBySystem } from "../push/push-request.ts";
import { PushSender } from "../push/push-sender.ts";
import { makeVapidKey, vapidKeysOf } from "../push/vapid-key.ts";
import { recordHandlers } from "../records/record-handlers.ts";
import { reportHandlers } from "../reports/report-handlers.ts";
import { settingsHandlers } from "../settings/settings-handlers.ts";
import type { Logger } from "../logger.ts";
import type { Store } from "../store/store.ts";
import { dumpTables, openTestStore } from "../store/test-store.ts";
import { waysInHandlers } from "../ways-in/ways-in-handlers.ts";
import { whoMayRingHandlers } from "../who-may-ring/who-may-ring-handlers.ts";
import type { Handlers } from "./api-handler.ts";
import { createHttpServer } from "./create-http-server.ts";
import type { DoctorRouteParts } from "./doctor-route.ts";
import { loginCookieName } from "./login-cookie.ts";
import { type ReadinessCheck, databaseCheck } from "./health.ts";
import type { MetricsParts } from "./metrics.ts";
import { RateLimiter } from "./rate-limiter.ts";
import type { TrustProxy } from "./trusted-proxy.ts";

export interface ServerSettings {
  publicOrigin?: string;
  trustProxy?: TrustProxy;
  simulationCode?: string;
  signUp?: SignUpRule;
  rates?: Partial<Record<RateName, Rate>>;
  passwords?: Passwords;
  readinessChecks?: ReadinessCheck[];
  metrics?: Partial<MetricsParts>;
  webDirectory?: string;
  /** Origins of push services besides those of the browsers. */
  pushServices?: string[];
  /** How their names are resolved. */
  resolve?: Resolve;
}

/** The API on a port of its own with a database of its own, and calls that only take notes. */
export interface ServerUnderTest extends AsyncDisposable {
  readonly url: string;
  readonly store: Store;
  /** Where its database is, where that is a file. */
  readonly directory: string;
  /** What the calls were told: "pairChanged" and so on, with the ids. */
  readonly callsTold: string[];
  readonly closedDevices: DeviceId[];
  /** Those that have a page open. */
  readonly openDevices: Set<DeviceId>;
  /** Everything that was logged. */
  readonly logged: string[];
  /** Resolves when everybody was told of what was changed until now. */
  settled(): Promise<void>;
  /** Moves time; it stands still otherwise. */
  readonly clock: { now: number };
  /** A browser that nobody is signed in to. */
  browser(): Browser;
  /** A browser that is signed in to an account made for it, with `password`. */
  signUp(handle: string): Promise<Person>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The bytes, as they came. */
  readonly text: string;
  /** Parsed; undefined where there is none. */
  readonly body: unknown;
}

/** Keeps its cookie and says where its page comes from, as browsers do. */
export interface Browser {
  cookie: string | undefined;
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
}

/** A signed-in browser, and what its account was told over the bus. */
export interface Person extends Browser {
  readonly me: Me;
  readonly handle: Handle;
  readonly told: DownMessage[];
  readonly frames: DownFrame[];
}

export const password = "correct horse battery";

/** Made once: a hash takes as long as everything else that a test does. */
const passwordHash = new Passwords().hash(password);

/** Rates that no test reaches by accident. */
const boundless = Object.fromEntries(
  Object.keys(rates).map((name) => [name, { burst: 1_000_000, perMinute: 1_000_000 }]),
) as Record<RateName, Rate>;

export async function startServer(settings: ServerSettings = {}): Promise<ServerUnderTest> {
  await using resources = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "ringfence-api-"));
  resources.defer(() => rmSync(directory, { recursive: true }));
  const clock = { now: Date.parse("2026-03-01T12:34:56Z") };
  const now = () => clock.now;
  const bus = createInProcessBus();
  const logError = console.error;
  const store = resources.use(await openTestStore(directory, { bus, now, logError }));
  const callsTold: string[] = [];
  const closedDevices: DeviceId[] = [];
  const openDevices = new Set<DeviceId>();
  const logged: string[] = [];
  const rateLimiter = new RateLimiter({ ...boundless, ...settings.rates }, now);
  const calls = noteTaking(callsTold);
  const buttons = resources.use(new Buttons({ store, isOpen: isAnybodyOpen, logError }));
  const logger = pino({ level: "trace" }, { write: (line: string) => void logged.push(line) });
  const parts = {
    store,
    now,
    rateLimiter,
    calls,
    buttons,
    signUp: settings.signUp ?? "open",
    passwords: settings.passwords ?? new Passwords(),
    closeDevice: (device: DeviceId) => void closedDevices.push(device),
    bus,
    challengeSecret: undefined,
    isConnected: async (device: DeviceId) => openDevices.has(device),
    pushSender: resources.use(makePushSender(settings, now, logger)),
  };
  const loopCalls = resources.use(new LoopCalls(loopCallParts(callsTold, rateLimiter, now)));
  const server = createServer();
  resources.use(
    await createHttpServer(server, {
      store,
      now,
      rateLimiter,
      handlers: {
        ...accountHandlers(parts),
        ...peopleHandlers(parts),
        ...conversationHandlers({ ...parts, messageSent() {} }),
        ...settingsHandlers(parts),
        ...invitationHandlers(parts),
        ...askingHandlers(parts),
        ...addressBookHandlers(parts),
        ...whoMayRingHandlers(parts),
        ...reportHandlers(parts),
        ...pushHandlers(parts),
        ...recordHandlers({ ...parts, callRecordDays: 30 }),
        ...deviceHandlers(parts),
        ...waysInHandlers(parts),
        ...noteTakingHandlers(callsTold),
        ...loopCallHandlers(loopCalls),
      },
      settings: { publicOrigin: undefined, trustProxy: false, ...settings },
      logger,
      readinessChecks: settings.readinessChecks ?? [databaseCheck(store, now)],
      doctor: noDoctor(loopCalls),
      metrics: { token: undefined, sources: noSources(logger), ...settings.metrics },
      webDirectory: settings.webDirectory ?? join(directory, "no-web-app"),
    }),
  );
  const url = await listenOn(server);
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const browser = () => openBrowser(url, settings.publicOrigin);
  const owned = resources.move();
  return {
    url,
    store,
    directory,
    callsTold,
    closedDevices,
    openDevices,
    logged,
    clock,
    browser,
    settled: () => buttons.settled(),
    async signUp(handle) {
      const opened = browser();
      const { token, me } = await makeAccount(parts, handle);
      opened.cookie = cookieOf(token, settings);
      return Object.assign(opened, { me, handle: me.handle, ...listenTo(bus, me.id) });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function cookieOf(token: string, { publicOrigin }: ServerSettings): string {
  return `${loginCookieName(publicOrigin?.startsWith("https:") === true)}=${token}`;
}

function noteTakingHandlers(told: string[]): Pick<Handlers, "declineCall" | "bye"> {
  return {
    declineCall: async ({ params }) => void told.push(`decline ${params.callId}`),
    bye: async ({ params }) => void told.push(`bye ${params.callId}`),
  };
}

/** What an account is told from now on. */
function listenTo(bus: Bus, account: AccountId): Pick<Person, "told" | "frames"> {
  const frames: DownFrame[] = [];
  const told: DownMessage[] = [];
  bus.subscribe(account, ({ frame: carried }) => {
    const frame = fillIn(carried, noCredential);
    frames.push(frame);
    told.push(frame.message);
    return true;
  });
  return { told, frames };
}

function makePushSender(settings: ServerSettings, now: () => number, logger: Logger): PushSender {
  return new PushSender({
    keys: vapidKeysOf(makeVapidKey()),
    contact: "https://calls.example",
    services: settings.pushServices ?? [],
    resolve: settings.resolve ?? resolveBySystem,
    now,
    logger,
    onOutcome() {},
  });
}

/** A server without a secret, to which no doctor can prove anything. */
function noDoctor(loopCalls: LoopCalls): DoctorRouteParts {
  return {
    secret: undefined,
    connectedRelays: () => 0,
    relaysByGroup: () => ({}),
    openLoopCalls: (askedHost) => loopCalls.openForNobody(askedHost),
  };
}

/** The calls only take notes, so that nobody is given any. */
const noCredential = (): never => {
  throw new Error("no call was begun");
};

/** Nobody is left out here for having no page open. */
const isAnybodyOpen = async () => true;

async function makeAccount(parts: LoginParts & { store: Store }, handle: string) {
  const newAccount = {
    handle: Handle.parse(handle),
    displayName: `${handle} of the test`,
    passwordHash: await passwordHash,
  };
  return parts.store.write(async (work) => {
    const account = await createAccount(work, newAccount);
    const started = await startLogin(work, parts, account, "Firefox on Linux");
    return { token: started.token, me: await readMe(work.db, started.login) };
  });
}

/** Writes a message and gives the answer. */
export function write(from: Browser, to: string, text: string): Promise<Answer> {
  const message = { clientMessageId: randomUUID(), text };
  return from.send("POST", `/api/conversations/${to}/messages`, message);
}

/** Every row of every table, to see that nothing changed or that nothing is left. */
export function dumpOf({ store }: ServerUnderTest): Promise<Record<string, unknown[]>> {
  return dumpTables(store.db);
}

function openBrowser(url: string, publicOrigin: string | undefined): Browser {
  return {
    cookie: undefined,
    async send(method, path, body, headers) {
      const isText = typeof body === "string" || body === undefined;
      const response = await fetch(`${url}${path}`, {
        method,
        redirect: "manual",
        headers: {
          origin: publicOrigin ?? url,
          "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
          ...(this.cookie === undefined ? {} : { cookie: this.cookie }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
      });
      const set = response.headers.getSetCookie()[0]?.split(";")[0];
      if (set !== undefined) this.cookie = set.endsWith("=") ? undefined : set;
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson && text !== "" ? JSON.parse(text) : undefined,
      };
    },
  };
}

async function listenOn(server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server without relays, in which nothing happens. */
function noSources(logger: Logger): MetricsParts["sources"] {
  const relays = new RelayControl({ secret: "none", liveCalls: () => [], log: logger });
  return {
    relay: () => relays.figures(),
    webSockets: () => 0,
    figures: new Figures(),
    bus: () => ({ deliveries: { delivered: 0, nobody: 0 }, reconnects: 0, nodes: 1 }),
    callsByState: async () => ({ ringing: 0, connecting: 0, connected: 0, reconnecting: 0 }),
  };
}

/** A relay that obeys, and says what. */
function loopCallParts(told: string[], rateLimiter: RateLimiter, now: () => number): LoopCallParts {
  const obey =
    (order: string) =>
    async (_: unknown, ...ids: string[]) =>
      told.push([order, ...ids].join(" ")) > 0;
  return {
    relay: {
      choose: () => "relay",
      openIds: () => ["relay"],
      urlsOf: () => [],
      ownCallLive: obey("live"),
      join: obey("join"),
      end: obey("end"),
    },
    relayAddresses: {
      secret: "a secret for tests",
      urls: undefined,
      publicOrigin: undefined,
      port: 8480,
      hasTls: false,
    },
    rateLimiter,
    now,
  };
}

function noteTaking(told: string[]): CallHooks {
  const note =
    (name: string) =>
    async (_: unknown, ...ids: (AccountId | DeviceId)[]) => {
      told.push([name, ...ids].join(" "));
    };
  return {
    pairChanged: note("pairChanged"),
    settingsChanged: note("settingsChanged"),
    standingChanged: note("standingChanged"),
    suspended: note("suspended"),
    endAllOf: note("endAllOf"),
    deviceGone: note("deviceGone"),
  };
}
