import { randomBytes, randomUUID } from "node:crypto";
import {
  type AccountId,
  type CallId,
  type CallView,
  type ConversationId,
  type DeviceId,
  type DownFrame,
  type DownMessage,
  Handle,
  idRandomBytes,
  makeId,
  presets,
  type SignedDescription,
  type UpMessage,
} from "@ringfence/protocol";
import { pino } from "pino";
import { fillIn } from "../bus/carried-message.ts";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import { RateLimiter } from "../http/rate-limiter.ts";
import { type Rate, type RateName, rates } from "../limits.ts";
import { initialSettingsColumns, settingsColumnsOf } from "../settings/settings-columns.ts";
import type { CallMessage, ConnectedDevice } from "../signalling/connection.ts";
import type { Store } from "../store/store.ts";
import { openTestStore, openTestStoreInOrder } from "../store/test-store.ts";
import { answerTick } from "./answer-tick.ts";
import { Calls } from "./calls.ts";
import type { RingPush } from "./effect-parts.ts";

/** A server's calls on a real database, with a clock that the test moves. */
export interface World extends AsyncDisposable {
  calls: Calls;
  store: Store;
  clock: { now: number };
  /** What a device was told, in order. */
  told(login: ConnectedDevice): DownMessage[];
  /** All that it could see: the same, the numbers, and the deliveries of nothing. */
  frames(login: ConnectedDevice): DownFrame[];
  /** The calls as a device is shown them at its welcome. */
  views(login: ConnectedDevice): Promise<CallView[]>;
  orders: string[];
  /** The relays that are live, the preferred one first. */
  relays: { live: string[] };
}

export const ice = { ufrag: "abcd", pwd: "0123456789012345678901" };

export const description = [
  "v=0",
  "o=- 1 1 IN IP4 0.0.0.0",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "c=IN IP4 0.0.0.0",
  "a=rtcp:9 IN IP4 0.0.0.0",
  `a=ice-ufrag:${ice.ufrag}`,
  `a=ice-pwd:${ice.pwd}`,
  `a=fingerprint:sha-256 ${Array(32).fill("AB").join(":")}`,
  "a=setup:actpass",
  "a=mid:0",
  "a=sendrecv",
  "a=rtcp-mux",
  "a=rtpmap:111 opus/48000/2",
  "",
].join("\r\n");

export const newId = () => makeId(Date.now(), randomBytes(idRandomBytes));
export const login = (account: AccountId): ConnectedDevice => ({
  account,
  device: newId() as DeviceId,
  askedHost: "localhost",
});

export const alice = login(newId() as AccountId);
export const aliceLaptop = { ...login(alice.account) };
export const bob = login(newId() as AccountId);
export const bobLaptop = { ...login(bob.account) };
export const carol = login(newId() as AccountId);
const everybody = { alice, aliceLaptop, bob, bobLaptop, carol };

export interface WorldOptions {
  /** Unix time in milliseconds at which the clock stands. */
  now?: number;
  /** Another clock than one that stands. */
  clock?: { now: number };
  callRecordDays?: number;
  rates?: typeof rates | Record<RateName, Rate>;
  answerTick?: (now: number) => Promise<void>;
  /** Its queries are answered in the order in which they are asked, on any database. */
  isInOrder?: boolean;
  /** Pushes nothing where nothing is said. */
  ringPush?: (store: Store) => RingPush;
  isMine?: () => boolean;
  looksAround?: boolean;
}

export const pushesNothing: RingPush = {
  begin() {},
  isNobodys: () => false,
  resume() {},
  acknowledge() {},
  silence() {},
  end() {},
};

/** Of a relay that is not the one that tests name none for. */
const nameOf = (relayId: string) => (relayId === "relay" ? "" : ` at ${relayId}`);

/** Opens the database in a directory, as a server that starts does. */
export async function openWorld(directory: string, options: WorldOptions = {}): Promise<World> {
  const { callRecordDays = 30, now = 1_800_000_000_000 } = options;
  const clock = options.clock ?? { now };
  const bus = createInProcessBus();
  const openIt = options.isInOrder === true ? openTestStoreInOrder : openTestStore;
  const store = await openIt(directory, {
    bus,
    now: () => clock.now,
    logError: console.error,
  });
  const orders: string[] = [];
  const relays = { live: ["relay"] };
  const calls = new Calls({
    store,
    now: () => clock.now,
    logger: pino({ level: "silent" }),
    callRecordDays,
    relay: {
      choose: (_, left = []) => relays.live.find((id) => !left.includes(id)) ?? null,
      liveIds: () => relays.live,
      urlsOf: (relayId) => {
        const isKnown = relayId !== "relay" && relays.live.includes(relayId);
        return isKnown ? [`turn:${relayId}.example.org`] : [];
      },
      callLive: async (at) => void orders.push(`live${nameOf(at)}`),
      direct: async (at) => void orders.push(`direct${nameOf(at)}`),
      join: async (at, _, caller, callee) =>
        void orders.push(`join ${caller} ${callee}${nameOf(at)}`),
      end: async (at) => void orders.push(`end${at.map(nameOf).join("")}`),
    },
    ringPush: options.ringPush?.(store) ?? pushesNothing,
    bus: { ...bus, isConnected: async () => true, isMine: options.isMine ?? (() => true) },
    looksAround: options.looksAround ?? false,
    rateLimiter: new RateLimiter(options.rates ?? rates, () => clock.now),
    answerTick: options.answerTick ?? answerTick,
    relayAddresses: {
      secret: "s",
      urls: undefined,
      publicOrigin: undefined,
      port: 8480,
      hasTls: false,
    },
  });
  const heard = new Map<ConnectedDevice, DownMessage[]>();
  const seen = new Map<ConnectedDevice, DownFrame[]>();
  for (const device of Object.values(everybody)) {
    const messages: DownMessage[] = [];
    const frames: DownFrame[] = [];
    heard.set(device, messages);
    seen.set(device, frames);
    bus.subscribe(device.account, ({ frame, forDevice }) => {
      const carried = forDevice?.device === device.device ? forDevice.frame : frame;
      const own = fillIn(carried, (wanted) => calls.credentialFor(device, wanted));
      frames.push(own);
      if (own.message.type !== "heartbeat") messages.push(own.message);
      return true;
    });
  }
  await calls.start();
  return {
    calls,
    store,
    clock,
    orders,
    relays,
    told: (device) => heard.get(device) ?? [],
    frames: (device) => seen.get(device) ?? [],
    views: async (device) => (await calls.standingFor(device)).calls,
    async [Symbol.asyncDispose]() {
      calls[Symbol.dispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** Alice, Bob and Carol: Alice and Bob follow each other, have talked, and take calls of mutuals. */
export async function seed(store: Store): Promise<void> {
  await store.write(async ({ db, now }) => {
    for (const [handle, { account }] of Object.entries({ alice, bob, carol })) {
      await db
        .insertInto("account")
        .values({
          id: account,
          handle: Handle.parse(handle),
          display_name: handle,
          password_hash: "",
          created_at: now,
          suspended_at: null,
          sequence: 0,
          vouched_at: null,
          ...initialSettingsColumns,
        })
        .execute();
      await db
        .updateTable("account")
        .set(settingsColumnsOf(presets.private))
        .where("id", "=", account)
        .execute();
    }
  });
  await befriend(store, alice.account, bob.account);
}

/** Two who follow each other, and have talked. */
export async function befriend(store: Store, first: AccountId, second: AccountId): Promise<void> {
  await store.write(async ({ db, now }) => {
    const conversation = newId() as ConversationId;
    const [low, high] = [first, second].toSorted() as [AccountId, AccountId];
    await db
      .insertInto("conversation")
      .values({ id: conversation, low_account_id: low, high_account_id: high, created_at: now })
      .execute();
    for (const [one, other] of [
      [first, second],
      [second, first],
    ] as const) {
      await db
        .insertInto("follow")
        .values({ follower_id: one, followed_id: other, created_at: now, severed_at: null })
        .execute();
      await db
        .insertInto("participation")
        .values({
          account_id: one,
          other_account_id: other,
          conversation_id: conversation,
          entered_at: now,
          declined_at: null,
          latest_entry_id: null,
          latest_received_id: null,
          read_up_to_id: null,
          acted_at: now,
          rang_at: null,
          call_back_revoked_at: null,
        })
        .execute();
    }
  });
}

export function invite(to: string): CallMessage {
  return { type: "invite", requestId: randomUUID(), to: Handle.parse(to), kind: "audio" };
}

/** As devices sign it, for all that the server can tell. */
function signedAs(sdp: string): SignedDescription {
  return { description: sdp, transcript: "VHJhbnNjcmlwdA", signature: "U2lnbmF0dXJl" };
}

export const signed = signedAs(description);

/** The calling device's first offer. */
export function offer(callId: CallId, sdp = description): Extract<UpMessage, { type: "offer" }> {
  return { type: "offer", callId, round: 0, isNewConnection: true, signed: signedAs(sdp), ice };
}
