import { type Browser, type BrowserContext, chromium } from "@playwright/test";
import { chromiumArguments, chromiumPath } from "./chromium.ts";
import { type PersonAtDevice, becomeMutuals, openDevice, ring } from "./people.ts";
import { expect, skipFor, test } from "./test.ts";

const secret = "a secret for tests of connections";
/** Nothing listens at the port of "discard". */
const outOfReach = () => ({ RELAY_SECRET: secret, RELAY_URLS: "turn:127.0.0.1:9?transport=tcp" });
const withoutUdp = (port: number) => ({
  RELAY_SECRET: secret,
  RELAY_URLS: `turn:127.0.0.1:9?transport=udp,turn:127.0.0.1:${port}?transport=tcp`,
});

type Kind = "audio" | "video";

/** From the next page on: another program holds these devices, until the test lets go of them. */
function holdDevices(context: BrowserContext, kinds: readonly Kind[]): Promise<unknown> {
  return context.addInitScript((held) => {
    const media = navigator.mediaDevices;
    const open = media.getUserMedia.bind(media);
    media.getUserMedia = async (constraints = {}) => {
      const isHeld = held.some((kind) => constraints[kind] !== undefined);
      if (isHeld && !("ringfenceLetsGo" in window)) {
        throw new DOMException("Could not start source", "NotReadableError");
      }
      return open(constraints);
    };
  }, kinds);
}

function letGoOfDevices({ page }: PersonAtDevice): Promise<unknown> {
  return page.evaluate(() => Object.assign(window, { ringfenceLetsGo: true }));
}

async function callUntilConnected(alice: PersonAtDevice, bob: PersonAtDevice): Promise<void> {
  await ring(alice, "Audio call");
  await bob.page.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
  for (const { page } of [alice, bob]) {
    await expect(page.getByRole("timer")).toBeVisible({ timeout: 20_000 });
  }
}

test("a microphone in use is named, on both sides, and can be asked for again within the call", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await holdDevices(alice.context, ["audio"]);
  await becomeMutuals(alice, bob);
  await callUntilConnected(alice, bob);
  await expect(alice.page.getByText(/^Another program holds the microphone\./)).toBeVisible();
  await expect(bob.page.getByText(/^@alice's microphone does not work/)).toBeVisible();

  await letGoOfDevices(alice);
  await alice.page.getByRole("button", { name: "Try again to open the microphone" }).click();
  await expect(alice.page.getByText(/holds the microphone/)).toBeHidden();
  await expect(bob.page.getByText(/microphone does not work/)).toBeHidden();
});

test("a camera in use leaves the sound, and says so", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await holdDevices(alice.context, ["video"]);
  await becomeMutuals(alice, bob);
  await callUntilConnected(alice, bob);
  await alice.page.getByRole("button", { name: "Camera on" }).click();
  await expect(
    alice.page.getByText("Another program holds the camera. The call goes on with sound."),
  ).toBeVisible();
});

/** A browser of its own, without the arguments that name these words. */
function launchWithout(words: string): Promise<Browser> {
  const args = chromiumArguments.filter((argument) => !argument.includes(words));
  return chromium.launch({ executablePath: chromiumPath(), args });
}

test("a microphone that the person blocked is named, with the way to allow it", async ({
  device,
  server,
}) => {
  const browser = await launchWithout("use-fake-ui");
  try {
    const alice = await openDevice(browser, server.origin, "alice");
    // Granting another permission denies all the rest.
    await alice.context.clearPermissions();
    await alice.context.grantPermissions(["clipboard-read"]);
    const bob = await device("bob");
    await becomeMutuals(alice, bob);
    await callUntilConnected(alice, bob);
    await expect(alice.page.getByText(/^This page may not use your microphone\./)).toBeVisible();
    await expect(alice.page.getByText(/Click the icon left of the address/)).toBeVisible();
  } finally {
    await browser.close();
  }
});

test("a device without a microphone listens, and says so", async ({ device, server }) => {
  // Without the pretended devices: most machines that run tests have none.
  const browser = await launchWithout("use-fake-device");
  try {
    const alice = await openDevice(browser, server.origin, "alice");
    await alice.page.goto("/sign-in");
    const found = await alice.page.evaluate(() => navigator.mediaDevices.enumerateDevices());
    skipFor(
      found.some(({ kind }) => kind === "audioinput") ? "This machine has a microphone." : null,
    );
    const bob = await device("bob");
    await becomeMutuals(alice, bob);
    await callUntilConnected(alice, bob);
    await expect(alice.page.getByText(/^No microphone was found\./)).toBeVisible();
  } finally {
    await browser.close();
  }
});

test.describe("where the relay cannot be reached", () => {
  test.use({ serverOptions: { settings: outOfReach } });

  test("the call says which ways were tried, and its end offers the test of the connection", async ({
    device,
  }) => {
    test.slow();
    const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
    await becomeMutuals(alice, bob);
    await ring(alice, "Audio call");
    await bob.page.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
    await expect(alice.page.getByText(/the relay does not answer over TCP\./)).toBeVisible();
    await expect(alice.page.getByText("The call could not connect.")).toBeVisible({
      timeout: 40_000,
    });
    await alice.page.getByRole("button", { name: "Test my connection" }).click();
    await expect(alice.page.getByRole("heading", { name: "Your connection" })).toBeVisible();
    await expect(alice.page.getByText("No call gets through from this network.")).toBeVisible({
      timeout: 25_000,
    });
  });
});

test.describe("where UDP is blocked", () => {
  test.use({ serverOptions: { settings: withoutUdp } });

  test("the call works, and hints at why it may stutter", async ({ device }) => {
    const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
    await becomeMutuals(alice, bob);
    await callUntilConnected(alice, bob);
    await expect(alice.page.getByText(/seems to block UDP/)).toBeVisible();
  });
});
