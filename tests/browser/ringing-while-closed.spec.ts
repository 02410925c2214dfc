import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type TestPushService,
  TestBrowser,
  pushServiceCertificate,
  startPushService,
} from "../../apps/server/src/push/test-push-service.ts";
import { type PersonAtDevice, becomeMutuals, ring, signIn } from "./people.ts";
import { type RunningServer, startServer } from "./server.ts";
import { expect, test as base } from "./test.ts";
import { mediaUseOf } from "./watch-calls.ts";
import { type DrivenWorker, workerOf } from "./worker-of.ts";

/** Two people, of whom Bob is reached by the test's own push service while his page is closed. */
interface Scene {
  service: TestPushService;
  alice: PersonAtDevice;
  bob: PersonAtDevice;
  worker: DrivenWorker;
  /** The text of the push of this number, as Bob's browser reads it. */
  pushed: (number: number) => Promise<string>;
}

const test = base.extend<{ service: TestPushService; server: RunningServer; scene: Scene }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from the pattern
  service: async ({}, use) => {
    await using service = await startPushService();
    await use(service);
  },
  server: async ({ service }, use) => {
    const directory = mkdtempSync(join(tmpdir(), "ringfence-push-"));
    const certificate = join(directory, "push.pem");
    writeFileSync(certificate, pushServiceCertificate);
    const settings = { PUSH_SERVICES: service.origin, NODE_EXTRA_CA_CERTS: certificate };
    await using server = await startServer({ settings: () => settings });
    await use(server);
    rmSync(directory, { recursive: true });
  },
  scene: async ({ service, device }, use) => {
    const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
    await becomeMutuals(alice, bob);
    const worker = await workerOf(bob);
    const browser = new TestBrowser(`${service.origin}/of-bob`);
    await bob.ask("PUT", "/api/push/subscription", browser.subscription);
    await bob.page.goto("about:blank");
    const pushed = async (number: number) => browser.decrypt(await service.push(number)).toString();
    await use({ service, alice, bob, worker, pushed });
  },
});

const incomingOf = ({ page }: PersonAtDevice) =>
  page.getByRole("alertdialog", { name: "Incoming call" });
const acceptOf = (person: PersonAtDevice) =>
  incomingOf(person).getByRole("button", { name: "Accept", exact: true });
const acceptsOf = ({ frames }: PersonAtDevice) =>
  frames.filter((frame) => frame.includes('"type":"accept"'));

const titles = async (worker: DrivenWorker) => (await worker.shown()).map(({ title }) => title);

test("a call reaches a closed page as a notification, and its Accept is one tap", async ({
  scene: { alice, bob, worker, pushed },
}) => {
  await ring(alice, "Audio call");
  await worker.push(await pushed(1));
  await expect
    .poll(() => worker.shown())
    .toEqual([{ title: "Alice", silent: false, actions: ["accept", "decline"] }]);
  await worker.tap("accept");
  // The tap would open it; a script may not.
  await bob.page.goto("/messages");
  const call = bob.page.getByRole("region", { name: "Call", exact: true });
  await expect(call).toBeVisible();
  await expect(alice.page.getByRole("button", { name: "Hang up" })).toBeVisible();
  await expect.poll(async () => (await mediaUseOf(bob.page)).microphoneOrCameraOpened).toBe(1);
});

test("its Decline needs no page", async ({ scene: { alice, bob, worker, pushed } }) => {
  await ring(alice, "Video call");
  await worker.push(await pushed(1));
  await expect.poll(() => titles(worker)).toEqual(["Alice"]);
  await worker.tap("decline");
  await expect(alice.page.getByText("can't talk now")).toBeVisible();
  expect(bob.page.url()).toBe("about:blank");
  await expect.poll(() => worker.shown()).toEqual([]);
});

test("a ring that nobody took stands there as a missed call, without a sound", async ({
  scene: { alice, worker, pushed, service },
}) => {
  await ring(alice, "Audio call");
  await worker.push(await pushed(1));
  await expect.poll(() => titles(worker)).toEqual(["Alice"]);
  await alice.page.getByRole("button", { name: "Cancel call" }).click();
  await worker.push(await pushed(2));
  await expect
    .poll(() => worker.shown())
    .toEqual([{ title: "Missed call from Alice", silent: true, actions: [] }]);
  const [first, second] = service.pushes.map(({ headers }) => headers);
  expect(first).toMatchObject({ urgency: "high" });
  expect(second).toMatchObject({ urgency: "normal", topic: first?.["topic"] });
});

test("an accept that no page took in time accepts nothing", async ({
  scene: { alice, bob, worker, pushed },
}) => {
  await ring(alice, "Audio call");
  await worker.push(await pushed(1));
  await expect.poll(() => titles(worker)).toEqual(["Alice"]);
  await worker.tap("accept");
  // As if the tap were half a minute ago.
  await bob.page.clock.setFixedTime(Date.now() + 31_000);
  await bob.page.goto("/messages");
  await expect(acceptOf(bob)).toBeEnabled();
  await bob.page.reload();
  await expect(acceptOf(bob)).toBeEnabled();
  expect(acceptsOf(bob)).toEqual([]);
});

test("an accept that a page took is good for that call alone, and for once", async ({
  scene: { alice, bob, worker, pushed },
}) => {
  await ring(alice, "Audio call");
  await worker.push(await pushed(1));
  await expect.poll(() => titles(worker)).toEqual(["Alice"]);
  await worker.tap("accept");
  await bob.page.goto("/messages");
  await expect(alice.page.getByRole("button", { name: "Hang up" })).toBeVisible();
  await bob.page.getByRole("button", { name: "Hang up" }).click();
  await alice.page.getByRole("button", { name: "Close" }).click();
  await bob.page.reload();
  await ring(alice, "Audio call");
  await expect(acceptOf(bob)).toBeEnabled();
  await bob.page.reload();
  await expect(acceptOf(bob)).toBeEnabled();
  expect(acceptsOf(bob)).toHaveLength(1);
});

test("a page that is open and rings is pushed nothing", async ({
  device,
  scene: { alice, bob, service },
}) => {
  const laptop = await device("bob");
  await laptop.page.routeWebSocket("**/api/signalling", (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((frame) => {
      if (!String(frame).includes('"ring-acknowledge"')) server.send(frame);
    });
  });
  await signIn(laptop);
  const browser = new TestBrowser(`${service.origin}/of-bobs-laptop`);
  await laptop.ask("PUT", "/api/push/subscription", browser.subscription);
  await bob.page.goto("/messages");
  await ring(alice, "Audio call");
  await expect(incomingOf(bob)).toBeVisible();
  // The laptop never says that it rings. Once it is pushed to, so would the other have been.
  await service.push(1);
  await alice.page.getByRole("button", { name: "Cancel call" }).click();
  await expect(incomingOf(bob)).toBeHidden();
  await service.push(2);
  expect(service.pushes.map(({ path }) => path)).toEqual(["/of-bobs-laptop", "/of-bobs-laptop"]);
});
