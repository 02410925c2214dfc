import { type Server, createServer } from "node:http";
import type { Socket } from "node:net";
import type { Call } from "@ringfence/call";
import type { DeviceId } from "@ringfence/protocol";
import { type RelayControl, bridgeToRelay } from "@ringfence/relay";
import { accountHandlers } from "./accounts/account-handlers.ts";
import { addressBookHandlers } from "./address-book/address-book-handlers.ts";
import { endExpiredLogins, findLogin } from "./accounts/logins.ts";
import { Passwords } from "./accounts/passwords.ts";
import { askingHandlers } from "./asking/asking-handlers.ts";
import type { Bus, WhyClosed } from "./bus/bus.ts";
import { openBus } from "./bus/open-bus.ts";
import { answerTick } from "./calls/answer-tick.ts";
import { callHandlers } from "./calls/call-handlers.ts";
import { activeCalls } from "./calls/call-store.ts";
import { Calls } from "./calls/calls.ts";
import { loopCallHandlers } from "./calls/loop-call-handlers.ts";
import { LoopCalls } from "./calls/loop-calls.ts";
import type { RelayAddresses } from "./calls/relay-credentials.ts";
import { keepRetention } from "./calls/retention.ts";
import { type OwnCertificate, ownCertificateOf } from "./certificates/own-certificate.ts";
import type { Config } from "./config.ts";
import { conversationHandlers } from "./conversations/conversation-handlers.ts";
import { deviceHandlers } from "./devices/device-handlers.ts";
import { createHttpServer } from "./http/create-http-server.ts";
import { type ReadinessCheck, databaseCheck } from "./http/health.ts";
import type { RunningState } from "./http/metric-registry.ts";
import { type Listening, listen } from "./http/listen.ts";
import { loginTokenOf } from "./http/login-cookie.ts";
import { isOriginAllowed } from "./http/origin.ts";
import { RateLimiter } from "./http/rate-limiter.ts";
import { webDirectory } from "./http/web-build.ts";
import { invitationHandlers } from "./invitations/invitation-handlers.ts";
import { rates } from "./limits.ts";
import type { Logger } from "./logger.ts";
import { OperatorOrders } from "./operator/carry-out-orders.ts";
import { Buttons } from "./people/buttons.ts";
import { peopleHandlers } from "./people/people-handlers.ts";
import { createRelayControlEndpoint, relayControlPath } from "./relay/relay-control-endpoint.ts";
import { type RelaysOfNode, connectRelays } from "./relay/connect-relays.ts";
import type { Relays } from "./relay/relays.ts";
import { pushHandlers } from "./push/push-handlers.ts";
import { resolveBySystem } from "./push/push-request.ts";
import { PushSender } from "./push/push-sender.ts";
import { RingPusher } from "./push/ring-push.ts";
import { vapidKeysOf } from "./push/vapid-key.ts";
import { waitByClock } from "./push/wait.ts";
import { recordHandlers } from "./records/record-handlers.ts";
import { reportHandlers } from "./reports/report-handlers.ts";
import { settingsHandlers } from "./settings/settings-handlers.ts";
import { type SignallingParts, acceptConnections } from "./signalling/accept-connections.ts";
import { Registry } from "./signalling/registry.ts";
import { welcome } from "./signalling/welcome.ts";
import { openStore } from "./store/open-store.ts";
import type { Store, StoreParts } from "./store/store.ts";
import { waysInHandlers } from "./ways-in/ways-in-handlers.ts";
import { whoMayRingHandlers } from "./who-may-ring/who-may-ring-handlers.ts";

/** The settings of an application that a supervisor has given its secrets. */
export type ApplicationConfig = Config & {
  readonly relaySecret: string;
  readonly vapidKey: string;
};

/** The application as it runs: web, API, signalling and calls on one TCP port. */
export interface Application extends AsyncDisposable {
  readonly port: number;
  readonly store: Store;
}

/** What the ways in (HTTP, WebSocket) stand on. */
interface Foundation {
  config: ApplicationConfig;
  logger: Logger;
  now: () => number;
  bus: Bus;
  store: Store;
  rateLimiter: RateLimiter;
  relayControl: RelayControl;
  relays: Relays;
  pushSender: PushSender;
  ringPush: RingPusher;
  calls: Calls;
  loopCalls: LoopCalls;
  registry: Registry;
  buttons: Buttons;
  ownCertificate: OwnCertificate | undefined;
}

/**
 * Builds the application from its settings, top to bottom, and opens its port last.
 *
 * @throws OperatorError `port-taken` and its like; DatabaseTooNewError
 */
export async function startApplication(
  config: ApplicationConfig,
  logger: Logger,
): Promise<Application> {
  await using resources = new AsyncDisposableStack();
  const now = Date.now;
  const logError = (error: unknown) => logger.error({ error }, "an effect of a commit failed");
  const { store, bus } = await openStoreAndBus(config, { now, logError, logger }, resources);
  const registry = new Registry(bus);
  const { callRecordDays } = config;
  const { relayControl, relays }: RelaysOfNode = await connectRelays({
    config,
    store,
    loopCallsAt: (relayId) => loopCalls.liveAt(relayId),
    onChange: () => void calls.relaysChanged(),
    logger,
  });
  resources.use(relayControl);
  const rateLimiter = new RateLimiter(rates, now);
  const pushSender = resources.use(new PushSender(pushPartsOf(config, now, logger)));
  const ringPush = resources.use(
    new RingPusher({
      store,
      sender: pushSender,
      bus,
      now,
      wait: waitByClock,
      random: Math.random,
      logger,
    }),
  );
  const relayAddresses = relayAddressesOf(config);
  const loopCalls = resources.use(
    new LoopCalls({ relay: relays, relayAddresses, rateLimiter, now }),
  );
  const calls: Calls = resources.use(
    new Calls({
      store,
      relay: relays,
      ringPush,
      relayAddresses,
      bus,
      looksAround: config.databaseUrl !== undefined,
      callRecordDays,
      rateLimiter,
      logger,
      now,
      answerTick,
    }),
  );
  await calls.start();
  const isOpen: Bus["isOpen"] = (account) => bus.isOpen(account);
  const buttons = resources.use(new Buttons({ store, isOpen, logError }));
  const orders = resources.use(
    new OperatorOrders({
      store,
      calls: calls.hooks,
      buttons,
      closeDevice: (device, why) => bus.closeDevice(device, why),
      logger,
    }),
  );
  await orders.start();

  const ownCertificate = ownCertificateOf(config, { now, logger });
  const foundation = {
    config,
    logger,
    now,
    bus,
    store,
    rateLimiter,
    relayControl,
    relays,
    pushSender,
    ringPush,
    calls,
    loopCalls,
    registry,
    buttons,
    ownCertificate,
  };
  resources.use(forgetInTime(foundation));
  const listening = await openWays(foundation, resources);
  const running = resources.move();
  return { port: listening.port, store, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** Lets people in: over HTTP, over WebSockets, and by a certificate. */
async function openWays(
  foundation: Foundation,
  resources: AsyncDisposableStack,
): Promise<Listening> {
  const httpServer = createUpgradingServer();
  resources.use(await createHttpServer(httpServer, httpParts(foundation)));
  const listening = resources.use(await openPort(httpServer, foundation));
  resources.use(foundation.ownCertificate?.keep(listening));
  // After the port, so that it ends before: the port cuts what is still open when it closes.
  resources.use(acceptConnections(httpServer, signallingParts(foundation)));
  return listening;
}

/** RFC 9110 §7.8: a server may ignore an Upgrade, and does so for all but WebSockets. */
function createUpgradingServer(): Server {
  return createServer({
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket",
  });
}

function openPort(httpServer: Server, foundation: Foundation): Promise<Listening> {
  const { config, logger, ownCertificate } = foundation;
  const bridge = bridgeTo(config.relayBridgePath);
  const { challenges } = ownCertificate ?? {};
  return listen({ ...config, challenges, httpServer, log: logger, bridge });
}

/** The store delivers over the bus, and the bus bears the name of the database. */
async function openStoreAndBus(
  config: ApplicationConfig,
  { logger, ...parts }: Omit<StoreParts, "bus"> & { logger: Logger },
  resources: AsyncDisposableStack,
): Promise<{ store: Store; bus: Bus }> {
  const deliver: Bus["deliver"] = (account, message) => bus.deliver(account, message);
  // First, so that a start that is refused has changed nothing.
  resources.use(await holdDatabase(config, logger));
  const store = resources.use(await openStore(config, { ...parts, bus: { deliver } }));
  const bus: Bus = resources.use(await openBus(config, store, logger));
  return { store, bus };
}

/** A file is held with its directory, by whoever supervises this process. */
async function holdDatabase(config: Config, logger: Logger): Promise<AsyncDisposable> {
  const { databaseUrl, nats } = config;
  if (databaseUrl === undefined) return new AsyncDisposableStack();
  const postgres = await import("./store/postgres/hold-database.ts");
  return await postgres.holdDatabase(databaseUrl, {
    logger,
    isShared: nats !== undefined,
    lost(error) {
      logger.fatal(error.message);
      process.exit(1);
    },
  });
}

function forgetInTime(foundation: Foundation): Disposable {
  const { config, logger, now, bus, store, calls } = foundation;
  const loginParts = {
    calls: calls.hooks,
    closeDevice: (device: DeviceId, why: WhyClosed) => bus.closeDevice(device, why),
  };
  return keepRetention({
    store,
    now,
    bus,
    callRecordDays: config.callRecordDays,
    endExpiredLogins: (write) => endExpiredLogins(write, loginParts),
    logger,
  });
}

function httpParts(foundation: Foundation) {
  const { config, logger, now, bus, store, rateLimiter, relayControl, relays } = foundation;
  const { calls, registry, ownCertificate } = foundation;
  const parts = {
    store,
    rateLimiter,
    now,
    calls: calls.hooks,
    buttons: foundation.buttons,
    passwords: new Passwords(),
    signUp: config.signUp,
    bus,
    challengeSecret: bus.isShared ? config.relaySecret : undefined,
    closeDevice: (device: DeviceId, why: WhyClosed) => bus.closeDevice(device, why),
    isConnected: (device: DeviceId) => bus.isConnected(device),
    pushSender: foundation.pushSender,
  };
  return {
    handlers: {
      ...accountHandlers(parts),
      ...peopleHandlers(parts),
      ...conversationHandlers(parts),
      ...settingsHandlers(parts),
      ...invitationHandlers(parts),
      ...askingHandlers(parts),
      ...addressBookHandlers(parts),
      ...whoMayRingHandlers(parts),
      ...reportHandlers(parts),
      ...pushHandlers(parts),
      ...recordHandlers({ ...parts, callRecordDays: config.callRecordDays }),
      ...deviceHandlers(parts),
      ...waysInHandlers(parts),
      ...callHandlers(calls),
      ...loopCallHandlers(foundation.loopCalls),
    },
    store,
    rateLimiter,
    now,
    settings: config,
    logger,
    webDirectory,
    doctor: {
      secret: config.relaySecret,
      connectedRelays: () => relayControl.connectedRelays(),
      relaysByGroup: () => relayControl.figures().relaysByGroup,
      openLoopCalls: (askedHost: string) => foundation.loopCalls.openForNobody(askedHost),
    },
    readinessChecks: [
      databaseCheck(store, now),
      relayCheck(relays),
      busCheck(bus),
      ...(ownCertificate === undefined ? [] : [ownCertificate.readinessCheck]),
    ],
    metrics: {
      token: config.metricsToken,
      sources: {
        relay: () => relayControl.figures(),
        webSockets: () => registry.size,
        bus: () => bus.figures(),
        callsByState: async () => countByState(await activeCalls(store.db)),
      },
    },
  };
}

function signallingParts(foundation: Foundation): SignallingParts {
  const { config, logger, now, store, rateLimiter, relayControl, ringPush, calls, registry } =
    foundation;
  const relayEndpoint = createRelayControlEndpoint(relayControl);
  return {
    registry,
    logger,
    now,
    isOriginAllowed: (request) => isOriginAllowed(request, config),
    findLogin: (request) => findLogin(store, loginTokenOf(request, config), now()),
    credentialFor: (device, wanted) => calls.credentialFor(device, wanted),
    handle: (device, message) => calls.handle(device, message),
    disconnected: ({ account, device }) => ringPush.disconnected(account, device),
    ...welcome(store, calls, now, rateLimiter),
    logError: (error) => logger.error({ error }, "a connection could not be served"),
    acceptOther(path, request, socket, head) {
      if (path !== relayControlPath) return false;
      relayEndpoint.accept(request, socket, head);
      return true;
    },
  };
}

function relayAddressesOf(config: ApplicationConfig): RelayAddresses {
  return {
    secret: config.relaySecret,
    urls: config.relayUrls,
    publicOrigin: config.publicOrigin,
    port: config.publicPort,
    hasTls: config.tls !== undefined,
  };
}

function pushPartsOf(config: ApplicationConfig, now: () => number, logger: Logger) {
  const { publicOrigin } = config;
  return {
    keys: vapidKeysOf(config.vapidKey),
    // RFC 8292 §2.1: an https: address. Without a name of its own a server can give none that leads
    // anywhere; Apple's service wants one that could.
    contact: publicOrigin?.startsWith("https:") === true ? publicOrigin : "https://example.org",
    services: config.pushServices,
    resolve: resolveBySystem,
    now,
    logger,
  };
}

function bridgeTo(path: string | undefined) {
  return (socket: Socket, firstBytes: Uint8Array) => {
    if (path === undefined) socket.destroy();
    else bridgeToRelay(socket, firstBytes, path);
  };
}

function countByState(calls: readonly Call[]): Record<RunningState, number> {
  const counts = { ringing: 0, connecting: 0, connected: 0, reconnecting: 0 };
  for (const { state } of calls) if (state !== "ended") counts[state]++;
  return counts;
}

function busCheck(bus: Bus): ReadinessCheck {
  return {
    name: "bus",
    async check() {
      return bus.isUp() ? null : "NATS is away, so people on other nodes are not reached.";
    },
  };
}

function relayCheck(relays: Relays): ReadinessCheck {
  return {
    name: "relay",
    async check() {
      return relays.liveIds().length > 0 ? null : "It is not connected, so nobody can call.";
    },
  };
}
