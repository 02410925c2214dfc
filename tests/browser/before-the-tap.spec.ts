import type { SignedDescription } from "@ringfence/protocol";
import { getServers } from "node:dns";
import type { WebSocketRoute } from "@playwright/test";
import { whyNoTwoHomes } from "../network/why-no-two-homes.ts";
import { expectUnheard, expectUntouched, offersOf } from "./before-the-tap.ts";
import { HostileCaller } from "./hostile-caller.ts";
import { twoPeopleAtHome } from "./people-at-home.ts";
import { type PersonAtDevice, becomeMutuals, createAccount, ring, signIn } from "./people.ts";
import { expect, skipFor, test } from "./test.ts";

/**
 * RFC 3376 §4.2.14. Chromium listens for mDNS as soon as a page has made any connection object, which
 * is made early to be at the relay in time. The kernel tells that to its own link, and no router
 * passes it on.
 */
const neighboursReport = "224.0.0.22";

const incomingAt = ({ page }: PersonAtDevice) =>
  page.getByRole("alertdialog", { name: "Incoming call" });
/** What an ordinary client of this caller says of its connection, for another to say again. */
async function recordOffer(alice: PersonAtDevice, bob: PersonAtDevice): Promise<object> {
  await ring(alice, "Audio call");
  await expect(incomingAt(bob)).toBeVisible();
  await expect.poll(() => offersOf(alice)).toHaveLength(1);
  await alice.page.getByRole("button", { name: "Cancel call" }).click();
  await expect(incomingAt(bob)).toBeHidden();
  await alice.page.getByRole("button", { name: "Close" }).click();
  return JSON.parse(
    alice.frames.find((frame) => frame.startsWith('{"type":"offer"')) ?? "{}",
  ) as object;
}

test("a ring that nobody takes: nothing of the callee's is touched, no answer after 45 s", async ({
  device,
}) => {
  const [alice, bob, laptop] = await Promise.all([device("alice"), device("bob"), device("bob")]);
  await becomeMutuals(alice, bob);
  await signIn(laptop);
  await ring(alice, "Video call");
  await expect(incomingAt(bob)).toBeVisible();
  const rangAt = Date.now();
  await expect.poll(() => offersOf(alice)).toHaveLength(1);
  await laptop.page.getByRole("button", { name: "Silence" }).click();
  await expect(incomingAt(bob)).toBeHidden({ timeout: 50_000 });
  expect(Date.now() - rangAt).toBeGreaterThan(40_000);
  for (const person of [bob, laptop]) {
    await expectUntouched(person, offersOf(alice));
    expectUnheard(person, offersOf(alice));
  }
  await expect(alice.page.getByText(/no answer|didn.t answer/i).first()).toBeVisible();
  await expect(bob.page.getByText(/Missed video call/i).first()).toBeVisible();
});

test("during a whole ring of 45 s no packet leaves the callee's home but to the server", async () => {
  skipFor(await whyNoTwoHomes());
  await using people = await twoPeopleAtHome();
  const { net, alice, bob } = people;
  await alice.press("Audio call");
  await alice.press("Ring now");
  await expect.poll(() => bob.text()).toContain("Why they can ring");
  const rangAt = Date.now();
  await expect.poll(() => bob.text(), { timeout: 50_000 }).not.toContain("Why they can ring");
  expect(Date.now() - rangAt).toBeGreaterThan(40_000);
  const seen = await net.bob.addressesSeen();
  expect(seen).toContain(net.serverAddress);
  const { address, routerAddress } = net.bob;
  // A browser asks for names by itself when it starts; its router may say that nobody is there.
  const known = [address, routerAddress, net.serverAddress, ...getServers(), neighboursReport];
  expect(seen.filter((one) => !known.includes(one))).toEqual([]);
  expect(seen).not.toContain(net.alice.publicAddress);
  expect(await bob.evaluate(async () => window.ringfenceTest.microphoneOrCameraOpened)).toBe(0);
});

test("Signal 2019: an accept that the caller sends accepts nothing", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  const offer = await recordOffer(alice, bob);
  const mallory = await HostileCaller.open(alice);
  const callId = await mallory.ring("bob");
  await mallory.say({ ...offer, callId });
  expect(await mallory.isRefused(saying("accept", { callId, ends: null, answer: null }))).toBe(
    "wrong-role",
  );
  for (const type of ["answer", "media-connected", "decline", "silence", "ring-acknowledge"]) {
    const said = saying(type, { ...offer, callId, round: 0 });
    expect(await mallory.isRefused({ ...said, type }), type).toMatch(/^wrong-(role|state)$/);
  }
  await expect(incomingAt(bob)).toBeVisible();
  await expectUntouched(bob, offersOf(alice));
  expectUnheard(bob, offersOf(alice));
  expect(alice.frames.filter((frame) => frame.includes('"type":"accepted"'))).toEqual([]);
});

test("FaceTime 2019: who adds themselves to a call that rings is in no call", async ({
  device,
}) => {
  const [alice, bob, mallory, tablet] = await Promise.all([
    device("alice"),
    device("bob"),
    device("mallory"),
    device("alice"),
  ]);
  await becomeMutuals(alice, bob);
  const offer = await recordOffer(alice, bob);
  await Promise.all([createAccount(mallory), signIn(tablet)]);
  const [caller, stranger, other] = [
    await HostileCaller.open(alice),
    await HostileCaller.open(mallory),
    await HostileCaller.open(tablet),
  ];
  const callId = await caller.ring("bob");
  for (const type of ["accept", "offer", "answer", "media-connected", "page-returned"]) {
    const said = { ...offer, callId, round: 0, ends: null, answer: null, type };
    expect(await stranger.isRefused(said), type).toBe("call-not-found");
    expect(await other.isRefused(said), type).toMatch(/^wrong-(role|state)$/);
  }
  await expect(incomingAt(bob)).toBeVisible();
  await expectUntouched(bob, offersOf(alice));
});

test("Duo and Messenger 2020: descriptions, candidates and media before the answer reach nobody", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  const offer = (await recordOffer(alice, bob)) as { signed: SignedDescription };
  const mallory = await HostileCaller.open(alice);
  const callId = await mallory.ring("bob");
  await mallory.say({ ...offer, callId });
  // Another description while it rings, and a next round before there was a first one.
  const { signed } = offer;
  const updated = signed.description.replace(/a=msid:.*\r\n/g, "");
  const again = { ...offer, signed: { ...signed, description: updated } };
  expect(await mallory.isRefused(saying("offer", { ...again, callId }))).toBe("wrong-state");
  const next = { ...offer, ...saying("offer", { callId, round: 1, isNewConnection: false }) };
  expect(await mallory.isRefused(next)).toBe("wrong-state");
  const candidate = { candidate: candidateIn(signed.description), sdpMid: "0", sdpMLineIndex: 0 };
  await mallory.say({ type: "candidate", callId, round: 0, candidate });
  await mallory.say({ type: "microphone-pending", callId });
  await mallory.settle();
  await expect(incomingAt(bob)).toBeVisible();
  await expectUntouched(bob, offersOf(alice));
  expectUnheard(bob, offersOf(alice));
});

test("answer before gesture: no word from the network makes a page answer", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  const bobs = await listenTo(bob);
  await becomeMutuals(alice, bob);
  const offer = (await recordOffer(alice, bob)) as { signed: SignedDescription };
  await ring(alice, "Audio call");
  await expect(incomingAt(bob)).toBeVisible();
  const view = lastRingOf(bobs);
  const { callId } = view;
  const call = { ...view, state: "connecting", isThisDevice: true, ringRemainingMs: 0 };
  const relay = { urls: ["turn:192.0.2.66:3478"], username: "u", credential: "c" };
  const { signed } = offer;
  const round = { callId, round: 0, isNewConnection: true };
  bobs.tell({ type: "accepted", call, relay, offer: signed, chain: [] });
  bobs.tell({ type: "glare", requestId: crypto.randomUUID(), call });
  bobs.tell({ type: "accepted", call, relay, offer: signed, chain: [] });
  bobs.tell({ type: "offer", ...round, signed, chain: [], relay });
  bobs.tell({ type: "answer", ...round, signed, chain: [] });
  bobs.tell({ type: "restart", ...round, relay });
  bobs.tell({ type: "call-changed", call: { ...call, state: "connected", connectedForMs: 1 } });
  bobs.tell({
    type: "ringing",
    requestId: crypto.randomUUID(),
    call: { ...call, role: "caller" },
    relay,
  });
  bobs.tell({ type: "welcome", protocolVersion: 1, calls: [call], own: null });
  await settle(bobs, view);
  await expectUntouched(bob, [signed.description]);
  expect(bobs.said.filter((text) => /"type":"(accept|answer|media-connected)"/.test(text))).toEqual(
    [],
  );
});

test("JioChat and Mocha 2020: what was said in an earlier call connects no later one", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  const bobs = await listenTo(bob);
  await becomeMutuals(alice, bob);
  await ring(alice, "Audio call");
  await bob.page.getByRole("button", { name: "Accept", exact: true }).click();
  await expect(alice.page.getByRole("timer")).toBeVisible({ timeout: 20_000 });
  const replayed = bobs.heard.filter(({ type }) => !["welcome", "heartbeat"].includes(type));
  expect(replayed.map(({ type }) => type)).toContain("accepted");
  await alice.page.getByRole("button", { name: "Hang up" }).click();
  await expect(bob.page.getByText("Call ended.")).toBeVisible();
  const { callId: first } = lastRingOf(bobs);
  // A page of its own, which has done nothing yet.
  await bob.page.reload();
  await alice.page.getByRole("button", { name: "Close" }).click();
  await ring(alice, "Audio call");
  await expect(incomingAt(bob)).toBeVisible();
  const view = lastRingOf(bobs);
  const { callId: second } = view;
  expect(second).not.toBe(first);
  for (const message of replayed) {
    bobs.tell(message);
    bobs.tell(JSON.parse(JSON.stringify(message).replaceAll(first, second)) as object);
  }
  await settle(bobs, view);
  await expectUntouched(bob, offersOf(alice));
});

function saying(type: string, fields: object): { type: string } {
  return { ...fields, type };
}

function candidateIn(description: string): string {
  return /a=(candidate:.*)\r\n/.exec(description)?.[1] ?? "";
}

/** The page has taken in all that it was told when it acknowledges what came last. */
async function settle(line: Line, view: RingView): Promise<void> {
  const callId = "0".repeat(26);
  line.tell({ type: "ring", call: { ...view, callId } });
  await expect.poll(() => line.said.some((text) => text.includes(callId))).toBe(true);
}

interface RingView {
  callId: string;
}

function lastRingOf({ heard }: Line): RingView {
  const latest = heard.findLast((message) => message.type === "ring");
  return (latest as unknown as { call: RingView }).call;
}

interface Line {
  /** What the server has told the page. */
  heard: { type: string }[];
  /** What the page has said. */
  said: string[];
  /** Tells the page something in the server's name. */
  tell(message: object): void;
}

/** Stands between a page and the server, as whoever holds the network, or the server, could. */
async function listenTo({ context }: PersonAtDevice): Promise<Line> {
  const [heard, said]: [Line["heard"], string[]] = [[], []];
  let page: WebSocketRoute | undefined;
  let sequence = 0;
  await context.routeWebSocket("**/api/signalling", (route) => {
    page = route;
    const server = route.connectToServer();
    route.onMessage((text) => {
      said.push(String(text));
      server.send(text);
    });
    server.onMessage((text) => {
      const frame = JSON.parse(String(text)) as { sequence: number; message: { type: string } };
      sequence = frame.sequence;
      heard.push(frame.message);
      route.send(text);
    });
  });
  return {
    heard,
    said,
    tell: (message) => page?.send(JSON.stringify({ sequence, isDelivery: false, message })),
  };
}
