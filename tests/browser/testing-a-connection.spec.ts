import type { Page } from "@playwright/test";
import { childrenOf } from "../../apps/server/src/cli/test-children.ts";
import { chromiumDevice } from "./calling-device.ts";
import { createAccount } from "./people.ts";
import { expect, test } from "./test.ts";

const secret = "a secret for tests of connections";
/** The port of "discard", where nothing listens. */
const closedPort = 9;

const withoutUdp = (port: number) => ({
  RELAY_SECRET: secret,
  RELAY_URLS: `turn:127.0.0.1:${closedPort}?transport=udp,turn:127.0.0.1:${port}?transport=tcp`,
});
const outOfReach = () => ({
  RELAY_SECRET: secret,
  RELAY_URLS: ["udp", "tcp"].map((way) => `turn:127.0.0.1:${closedPort}?transport=${way}`).join(),
});

/** Goes by the pages to where a connection is tested, and begins. */
async function testConnection(page: Page): Promise<void> {
  await page.goto("/settings/calls");
  await page.getByRole("link", { name: "Test my connection" }).click();
  await page.getByRole("button", { name: "Test my connection" }).click();
}

function resultOf(page: Page, name: string) {
  return page
    .getByRole("list", { name: "Results" })
    .getByRole("listitem")
    .filter({ hasText: name });
}

const patience = { timeout: 25_000 };

test.describe("with UDP, TCP and TLS", () => {
  test.use({ serverOptions: { hasTls: true } });

  test("a person is told that calls get through, over each way, and that they can be rung", async ({
    device,
  }) => {
    const alice = await device("alice");
    await alice.page.goto("/sign-in");
    // By the page, which knows this server's certificate.
    await createAccount(chromiumDevice(alice));
    await testConnection(alice.page);
    await expect(alice.page.getByRole("progressbar", { name: "Testing" })).toBeVisible();
    await expect(alice.page.getByText(/^Calls get through/)).toBeVisible(patience);
    for (const way of ["A call over UDP", "A call over TCP", "A call over TLS"]) {
      await expect(resultOf(alice.page, way)).toContainText(/Works · \d+ ms there and back/);
    }
    await expect(resultOf(alice.page, "The live connection")).toContainText("Stands");
  });
});

test.describe("where UDP is blocked", () => {
  test.use({ serverOptions: { settings: withoutUdp } });

  test("a person is told that calls take TCP, and can copy that for the operator", async ({
    device,
  }) => {
    const alice = await device("alice");
    await createAccount(alice);
    await alice.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await testConnection(alice.page);
    await expect(alice.page.getByText("Calls work here, but not over UDP.")).toBeVisible(patience);
    await expect(resultOf(alice.page, "A call over UDP")).toContainText("does not answer");
    await expect(resultOf(alice.page, "A call over TCP")).toContainText("Works");
    await expect(resultOf(alice.page, "A call over TLS")).toContainText("does not offer");
    await alice.page.getByRole("button", { name: "Copy for the operator" }).click();
    const report = await alice.page.evaluate(() => navigator.clipboard.readText());
    expect(report).toContain("A call over UDP: The relay does not answer this way");
    expect(report).not.toMatch(/\d+\.\d+\.\d+\.\d+|localhost|alice/i);
  });
});

test.describe("where the relay cannot be reached", () => {
  test.use({ serverOptions: { settings: outOfReach } });

  test("a person is told that no call gets through, and to try another network", async ({
    device,
  }) => {
    const alice = await device("alice");
    await createAccount(alice);
    await testConnection(alice.page);
    await expect(alice.page.getByText("No call gets through from this network.")).toBeVisible(
      patience,
    );
    await expect(alice.page.getByText(/Try another network/)).toBeVisible();
  });
});

test("where the relay does not run, that is the server's fault and said to be", async ({
  device,
  server,
}) => {
  const alice = await device("alice");
  await createAccount(alice);
  const { relay } = childrenOf(server.supervisor.pid);
  process.kill(relay, "SIGSTOP");
  try {
    const isReady = () => fetch(`${server.origin}/readyz`).then(({ ok }) => ok);
    await expect.poll(isReady, { timeout: 20_000 }).toBe(false);
    await testConnection(alice.page);
    await expect(alice.page.getByText(/can carry no calls at the moment/)).toBeVisible(patience);
    await expect(alice.page.getByText("Answers, but its relay is not running")).toBeVisible();
    await expect(resultOf(alice.page, "A call over UDP")).toContainText("Not tested");
  } finally {
    process.kill(relay, "SIGCONT");
  }
});

test("a person hears that the microphone hears them, and sees what the camera sees", async ({
  device,
}) => {
  const { page, ...alice } = await device("alice");
  await createAccount(alice);
  await page.goto("/settings/calls/connection");
  await page.getByRole("button", { name: "Try the microphone" }).click();
  await expect(page.getByText("It hears you.")).toBeVisible();
  await expect(page.getByRole("meter", { name: "Level of the microphone" })).toBeVisible();
  await page.getByRole("button", { name: "Stop the microphone" }).click();
  await page.getByRole("button", { name: "Try the camera" }).click();
  await expect(page.getByLabel("Your camera")).toBeVisible();
  await page.getByRole("link", { name: "Calls", exact: true }).click();
  await page.getByRole("link", { name: "Test my connection" }).click();
  // Whoever leaves the page has released both.
  await expect(page.getByRole("button", { name: "Try the camera" })).toBeVisible();
});
