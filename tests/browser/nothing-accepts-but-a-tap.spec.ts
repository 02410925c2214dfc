import type { BrowserContext, Page } from "@playwright/test";
import { expectUntouched, offersOf } from "./before-the-tap.ts";
import { type PersonAtDevice, becomeMutuals, ring } from "./people.ts";
import { expect, test } from "./test.ts";

/** Pages of the app, and some that it does not have: on each a ring is shown. */
const shownOn = [
  "/",
  "/sign-in",
  "/sign-up",
  "/messages",
  "/messages/@alice",
  "/people",
  "/people/@alice",
  "/settings",
  "/settings/calls",
  "/settings/calls/connection",
  "/settings/calls/people",
  "/settings/calls/address-book",
  "/settings/calls/attempts",
  "/settings/calls/presets",
  "/settings/devices",
  "/settings/data",
  "/call",
  "/call/CALL",
  "/call/CALL/accept",
  "/calls/CALL/accept",
  "/accept/CALL",
];

/** What the server has besides. */
const shownOnNone = [
  "/enter",
  "/join",
  "/service-worker.js",
  "/manifest.webmanifest",
  "/api/calls/CALL/accept",
  "/api/calls/CALL/decline",
];

/** As many as a ring is long enough for, on a slow machine too. */
const routesOfRingMax = 7;

const parts = Array.from({ length: Math.ceil(shownOn.length / routesOfRingMax) }, (_, index) =>
  shownOn.slice(index * routesOfRingMax, (index + 1) * routesOfRingMax),
);

/** Whatever a link could say, all at once: as a query and as a fragment. */
const everyParameter = [
  "accept=CALL",
  "answer=1",
  "autoAnswer=true",
  "call=CALL",
  "callId=CALL",
  "action=accept",
  "notification=accept",
  "type=accept",
  "ringfence-look-for-accepts",
].join("&");

/** What another page could say. */
const messages = (callId: string) => [
  { type: "accept", callId },
  { action: "accept", data: { callId } },
  { type: "notificationclick", action: "accept", notification: { data: { callId } } },
  `accept:${callId}`,
  "ringfence-look-for-accepts",
];

async function ringBob(alice: PersonAtDevice, bob: PersonAtDevice): Promise<string> {
  await becomeMutuals(alice, bob);
  await ring(alice, "Audio call");
  await expect(incomingOf(bob.page)).toBeVisible();
  await expect.poll(() => offersOf(alice)).toHaveLength(1);
  const ringFrame = bob.frames.find((one) => one.includes('"type":"ring"')) ?? "";
  const callId = /"callId":"(\w+)"/.exec(ringFrame)?.[1] ?? "";
  expect(callId).toHaveLength(26);
  return callId;
}

const incomingOf = (page: Page) => page.getByRole("alertdialog", { name: "Incoming call" });

/** It still rings, and no page of Bob's has accepted. */
async function expectNoAccept(alice: PersonAtDevice, bob: PersonAtDevice): Promise<void> {
  expect(bob.frames.filter((frame) => frame.includes('"type":"accept"'))).toEqual([]);
  expect(alice.frames.filter((frame) => frame.includes('"type":"accepted"'))).toEqual([]);
  await expect(alice.page.getByRole("button", { name: "Cancel call" })).toBeVisible();
}

const addressOf = (origin: string, route: string, callId: string) =>
  `${origin}${route}?${everyParameter}#${everyParameter}`.replaceAll("CALL", callId);

/** The card takes input: whatever would accept by itself could have done so. */
async function pressWhatAcceptsNothing(page: Page): Promise<void> {
  const accept = incomingOf(page).getByRole("button", { name: "Accept", exact: true });
  await expect(accept).toBeEnabled();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Space");
  await expect(accept).toBeEnabled();
}

async function openElsewhere(context: BrowserContext): Promise<Page> {
  await context.route("http://elsewhere.test/**", (route) =>
    route.fulfill({ contentType: "text/html", body: "<title>Elsewhere</title><p>Hello" }),
  );
  const elsewhere = await context.newPage();
  await elsewhere.goto("http://elsewhere.test/");
  return elsewhere;
}

for (const [index, routes] of parts.entries()) {
  const title = `with any parameter or fragment, accepts a call that rings (${index + 1})`;

  test(`no address, ${title}`, async ({ device, server }) => {
    const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
    const callId = await ringBob(alice, bob);
    for (const route of routes) {
      await bob.page.goto(addressOf(server.origin, route, callId));
      await pressWhatAcceptsNothing(bob.page);
      await expectUntouched(bob, offersOf(alice));
    }
    await expectNoAccept(alice, bob);
  });

  test(`no address that somebody else's page opens, ${title}`, async ({ device, server }) => {
    const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
    const callId = await ringBob(alice, bob);
    const elsewhere = await openElsewhere(bob.context);
    await bob.page.goto("about:blank");
    for (const route of routes) {
      const opening = bob.context.waitForEvent("page");
      const address = addressOf(server.origin, route, callId);
      await elsewhere.evaluate((to) => void window.open(to), address);
      const opened = await opening;
      await pressWhatAcceptsNothing(opened);
      await expectUntouched({ ...bob, page: opened }, offersOf(alice));
      await opened.close();
    }
    await expectNoAccept(alice, bob);
  });
}

test("nothing else that the server has accepts a call that rings, nor does a message", async ({
  device,
  server,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  const callId = await ringBob(alice, bob);
  for (const route of shownOnNone) {
    await bob.page.goto(addressOf(server.origin, route, callId));
    await bob.page.keyboard.press("Enter");
    await bob.page.keyboard.press("Space");
    await expectUntouched(bob, offersOf(alice));
  }
  await bob.page.goto(`${server.origin}/messages`);
  await expect(incomingOf(bob.page)).toBeVisible();
  await bob.page.evaluate((said) => {
    for (const message of said) window.postMessage(message, "*");
  }, messages(callId));
  await pressWhatAcceptsNothing(bob.page);
  await expectUntouched(bob, offersOf(alice));
  await expectNoAccept(alice, bob);
});

test("nor does a page of somebody else, by opening, framing, posting or telling", async ({
  device,
  server,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  const callId = await ringBob(alice, bob);
  const { context } = bob;
  const elsewhere = await openElsewhere(context);
  const address = addressOf(server.origin, "/messages/@alice", callId);
  const opening = context.waitForEvent("page");
  const posted = await elsewhere.evaluate(
    async ({ origin, target, said, id }) => {
      const frame = document.createElement("iframe");
      frame.src = target;
      document.body.append(frame);
      const opened = window.open(target);
      const tell = () => {
        for (const message of said) {
          opened?.postMessage(message, "*");
          frame.contentWindow?.postMessage(message, "*");
        }
      };
      tell();
      await new Promise((resolve) => frame.addEventListener("load", resolve));
      tell();
      const posts = await Promise.all(
        ["decline", "accept", "bye"].map((action) =>
          fetch(`${origin}/api/calls/${id}/${action}`, {
            method: "POST",
            mode: "no-cors",
            credentials: "include",
          }).then(
            ({ type }) => type,
            () => "refused",
          ),
        ),
      );
      return posts;
    },
    {
      origin: server.origin,
      target: address,
      said: messages(callId),
      id: callId,
    },
  );
  // They were sent, and nothing of the answers is that page's to read.
  expect(posted).toEqual(["refused", "refused", "refused"]);
  const opened = await opening;
  await expect(incomingOf(opened)).toBeVisible();
  await expect(incomingOf(bob.page)).toBeVisible();
  await expectUntouched({ ...bob, page: opened }, offersOf(alice));
  await expectUntouched(bob, offersOf(alice));
  // The server's policy lets no page frame this one.
  const framed = elsewhere.frames().filter((frame) => frame.url().startsWith(server.origin));
  expect(framed).toEqual([]);
  await expectNoAccept(alice, bob);
});
