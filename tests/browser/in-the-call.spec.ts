import type { Locator, Page } from "@playwright/test";
import { beInCall } from "./being-in-a-call.ts";
import { openDevice } from "./people.ts";
import { expect, test } from "./test.ts";

declare global {
  interface Window {
    locks: { isHeld: boolean }[];
  }
}

/** A browser takes its time to open a screen on a busy machine. */
const slowly = { timeout: 30_000 };

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const callOf = (page: Page) => page.getByRole("region", { name: "Call", exact: true });

test("keys do what the list of them says, and nothing while one types", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await beInCall(alice, bob);
  const { page } = alice;
  const { keyboard } = page;
  await keyboard.press("m");
  await expect(button(page, "Unmute")).toBeVisible();
  await expect(callOf(bob.page)).toContainText("@alice is muted");
  await keyboard.press("m");
  await expect(button(page, "Mute")).toBeVisible();
  await keyboard.press("v");
  await expect(bob.page.getByLabel("Video of @alice")).toBeVisible();
  await keyboard.press("s");
  await expect(bob.page.getByLabel("Screen of @alice")).toBeVisible(slowly);
  await keyboard.press("s");
  await expect(bob.page.getByLabel("Screen of @alice")).toBeHidden();
  await keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keys in a call" });
  await expect(list).toContainText("Mute or unmute");
  await keyboard.press("m");
  await keyboard.press("Escape");
  await expect(list).toBeHidden();
  await keyboard.press("d");
  await expect(page.getByRole("dialog", { name: "Devices" })).toBeVisible();
  await page.getByRole("combobox", { name: "Microphone" }).focus();
  await keyboard.press("m");
  await keyboard.press("Escape");
  await expect(button(page, "Mute")).toBeVisible();
  // One reads and writes messages, with the call as a bar above.
  await button(page, "Make call smaller").click();
  await page.getByLabel("Message", { exact: true }).fill("");
  await page.getByLabel("Message", { exact: true }).pressSequentially("mvs?");
  await expect(page.getByLabel("Message", { exact: true })).toHaveValue("mvs?");
  await expect(button(page, "Mute")).toBeVisible();
});

test("what changes in a call is said to those who do not see it", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await beInCall(alice, bob);
  const said = callOf(bob.page).locator("[aria-live=polite]");
  await expect(said).toHaveText("Connected to @alice.");
  await button(alice.page, "Mute").click();
  await expect(said).toHaveText("@alice is muted.");
  await button(bob.page, "Mute").click();
  await expect(said).toHaveText("You are muted.");
  await button(alice.page, "Camera on").click();
  await expect(said).toHaveText("The camera of @alice is on.");
  await button(alice.page, "Share screen").click();
  await expect(said).toHaveText("@alice shares a screen.", slowly);
});

test("the other's picture goes into a small window and comes back", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await beInCall(alice, bob, "video");
  const { page } = alice;
  const inPicture = button(page, "Picture in picture");
  const isOut = () => page.evaluate(() => document.pictureInPictureElement?.ariaLabel ?? null);
  await inPicture.click();
  await expect.poll(isOut).toBe("Video of @bob");
  await expect(inPicture).toHaveAttribute("aria-pressed", "true");
  await inPicture.click();
  await expect.poll(isOut).toBeNull();
  await inPicture.click();
  await expect.poll(isOut).toBe("Video of @bob");
  await button(page, "Hang up").click();
  await expect.poll(isOut).toBeNull();
});

test("the screen stays on during the call, also after the page was hidden", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await alice.context.addInitScript(() => {
    window.locks = [];
    const wakeLock = {
      async request() {
        const lock = { isHeld: true, release: async () => void (lock.isHeld = false) };
        window.locks.push(lock);
        return lock;
      },
    };
    Object.defineProperty(navigator, "wakeLock", { value: wakeLock });
  });
  const held = () => alice.page.evaluate(() => window.locks.filter((lock) => lock.isHeld).length);
  await beInCall(alice, bob);
  expect(await held()).toBe(1);
  await alice.page.evaluate(() => {
    // What a browser does with the lock of a page that is hidden, and then tells when it is shown.
    for (const lock of window.locks) lock.isHeld = false;
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect.poll(held).toBe(1);
  await button(alice.page, "Hang up").click();
  await expect.poll(held).toBe(0);
});

/** Every control of the call is within the page, is large enough, and covers no other. */
async function expectUsable(page: Page): Promise<void> {
  const call = callOf(page);
  const view = page.viewportSize() ?? { width: 0, height: 0 };
  const boxes: { name: string; x: number; y: number; width: number; height: number }[] = [];
  for (const control of await call.getByRole("button").all()) {
    const box = await control.boundingBox();
    const name = (await control.textContent()) || (await control.getAttribute("aria-label")) || "";
    if (box !== null) boxes.push({ name, ...box });
  }
  expect(boxes.map(({ name }) => name)).toContain("Hang up");
  for (const box of boxes) {
    expect(box.x, box.name).toBeGreaterThanOrEqual(0);
    expect(box.y, box.name).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width, box.name).toBeLessThanOrEqual(view.width);
    expect(box.y + box.height, box.name).toBeLessThanOrEqual(view.height);
    expect(Math.min(box.width, box.height), box.name).toBeGreaterThanOrEqual(44);
  }
  for (const [index, one] of boxes.entries()) {
    for (const other of boxes.slice(index + 1)) {
      const isApart =
        one.x + one.width <= other.x ||
        other.x + other.width <= one.x ||
        one.y + one.height <= other.y ||
        other.y + other.height <= one.y;
      expect(isApart, `${one.name} beside ${other.name}`).toBe(true);
    }
  }
}

function isWithinWidth(element: Locator): Promise<boolean> {
  return element.evaluate((one) => {
    const { left, right } = one.getBoundingClientRect();
    return left >= 0 && right <= innerWidth;
  });
}

const sizes = [
  { width: 390, height: 844 },
  { width: 844, height: 390 },
  { width: 320, height: 568 },
  { width: 1280, height: 800 },
];

test("every control is within reach on phones, upright and on their side, and on a desktop", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await beInCall(alice, bob, "video");
  await button(bob.page, "Share screen").click();
  await expect(alice.page.getByLabel("Screen of @bob")).toBeVisible(slowly);
  for (const size of sizes) {
    await alice.page.setViewportSize(size);
    await expectUsable(alice.page);
  }
  await button(bob.page, "Stop sharing").click();
  for (const { page } of [alice, bob]) await button(page, "Camera off").click();
  await expect(alice.page.getByLabel("Video of @bob")).toBeHidden();
  for (const size of sizes) {
    await alice.page.setViewportSize(size);
    await expectUsable(alice.page);
  }
});

test("on a phone every control is a tap away, and none shares a screen", async ({
  browser,
  device,
  server,
}) => {
  const alice = await device("alice");
  const phone = { hasTouch: true, isMobile: true };
  const bob = await openDevice(browser, server.origin, "bob", phone);
  await using _context = bob.context;
  const { page } = bob;
  // As on phones, whose browsers cannot share a screen.
  await page.addInitScript(() => {
    Reflect.deleteProperty(MediaDevices.prototype, "getDisplayMedia");
  });
  await beInCall(alice, bob, "video");
  for (const size of [
    { width: 390, height: 844 },
    { width: 844, height: 390 },
  ]) {
    await page.setViewportSize(size);
    await expectUsable(page);
    await expect(button(page, "Share screen")).toBeHidden();
    await button(page, "Mute").tap();
    await button(page, "Unmute").tap();
    await expect(button(page, "Mute")).toBeVisible();
  }
  await button(page, "Hang up").tap();
  await expect(button(page, "Hang up")).toBeHidden();
});

test("with letters twice as large nothing is out of reach", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await beInCall(alice, bob);
  const { page } = alice;
  await page.evaluate(() => void (document.documentElement.style.fontSize = "200%"));
  for (const name of ["Mute", "Camera on", "Devices", "Hang up", "Make call smaller"]) {
    const control = button(page, name);
    await control.scrollIntoViewIfNeeded();
    await expect(control).toBeInViewport({ ratio: 0.99 });
    expect(await isWithinWidth(control), name).toBe(true);
  }
});
