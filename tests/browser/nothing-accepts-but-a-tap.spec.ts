import type { Page } from "@playwright/test";
import { expectUntouched, offersOf } from "./before-the-tap.ts";
import { type PersonAtDevice, becomeMutuals, ring } from "./people.ts";
import { expect, test } from "./test.ts";

/** Every page of the app, and some that it does not have. */
const routes = [
  "/",
  "/sign-in",
  "/sign-up",
  "/enter",
  "/join",
  "/messages",
  "/messages/@alice",
  "/people",
  "/people/@alice",
  "/settings",
  "/settings/calls",
  "/settings/devices",
  "/settings/data",
  "/call",
  "/call/CALL",
  "/call/CALL/accept",
  "/calls/CALL/accept",
  "/accept/CALL",
  "/service-worker.js",
  "/manifest.webmanifest",
  "/api/calls/CALL/accept",
  "/api/calls/CALL/decline",
];

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

function expectNoAccept(bob: PersonAtDevice): void {
  expect(bob.frames.filter((frame) => frame.includes('"type":"accept"'))).toEqual([]);
}

test("no address, with any parameter or fragment, accepts a call that rings", async ({
  device,
  server,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  const callId = await ringBob(alice, bob);
  for (const route of routes) {
    const address = `${route}?${everyParameter}#${everyParameter}`.replaceAll("CALL", callId);
    await bob.page.goto(`${server.origin}${address}`);
    await bob.page.keyboard.press("Enter");
    await bob.page.keyboard.press("Space");
    await expectUntouched(bob, offersOf(alice));
  }
  await bob.page.goto(`${server.origin}/messages`);
  await expect(incomingOf(bob.page)).toBeVisible();
  await bob.page.evaluate((said) => {
    for (const message of said) window.postMessage(message, "*");
  }, messages(callId));
  await bob.page.keyboard.press("Enter");
  await bob.page.keyboard.press("Space");
  await expect(incomingOf(bob.page)).toBeVisible();
  await expectUntouched(bob, offersOf(alice));
  expectNoAccept(bob);
});

test("nor does a page of somebody else, by opening, framing, posting or telling", async ({
  device,
  server,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  const callId = await ringBob(alice, bob);
  const { context } = bob;
  await context.route("http://elsewhere.test/**", (route) =>
    route.fulfill({ contentType: "text/html", body: "<title>Elsewhere</title><p>Hello" }),
  );
  const elsewhere = await context.newPage();
  await elsewhere.goto("http://elsewhere.test/");
  const address = `${server.origin}/messages/@alice?${everyParameter}#${everyParameter}`;
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
      target: address.replaceAll("CALL", callId),
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
  expectNoAccept(bob);
  await expect(alice.page.getByRole("button", { name: "Cancel call" })).toBeVisible();
});
