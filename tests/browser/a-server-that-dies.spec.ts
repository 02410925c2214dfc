import type { Page } from "@playwright/test";
import { childrenOf, isAlive } from "../../apps/server/src/cli/test-children.ts";
import { type PersonAtDevice, becomeMutuals, ring } from "./people.ts";
import type { RunningServer } from "./server.ts";
import { expect, test } from "./test.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

/** Kills a process of the server as a crash or a lack of memory would: without a last word. */
function kill({ supervisor }: RunningServer, name: "application" | "relay"): number {
  const pid = childrenOf(supervisor.pid)[name];
  // kill(2): 0 would be ourselves.
  if (pid === 0) throw new Error(`There is no ${name} to kill.`);
  process.kill(pid, "SIGKILL");
  return pid;
}

async function call(alice: PersonAtDevice, bob: PersonAtDevice): Promise<void> {
  await ring(alice, "Audio call");
  await bob.page.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
  await expectCallToRun(alice.page, bob.page);
}

async function expectCallToRun(...pages: Page[]): Promise<void> {
  for (const page of pages) {
    await expect(page.getByRole("timer")).toBeVisible({ timeout: 20_000 });
    await expectMediaToFlow(page);
  }
}

/** More sound arrives within two seconds. */
async function expectMediaToFlow(page: Page): Promise<void> {
  const packets = async () => (await mediaFiguresOf(page)).audioPacketsReceived;
  await expect.poll(packets, { timeout: 2_000, intervals: [100] }).toBeGreaterThan(await packets());
}

/** How often the page came online, each time with all that the server knows of its calls. */
function welcomesOf({ frames }: PersonAtDevice): string[] {
  return frames.filter((frame) => frame.includes('"message":{"type":"welcome"'));
}

async function expectEnded({ page }: PersonAtDevice, words: RegExp): Promise<void> {
  await expect(page.getByRole("region", { name: "Call" })).toContainText(words);
  await expect(page.getByRole("button", { name: "Hang up" })).toBeHidden();
}

test("a call goes on while the application is killed and started again", async ({
  device,
  server,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await call(alice, bob);
  const pages = [alice.page, bob.page];
  const before = new Map([alice, bob].map((person) => [person, welcomesOf(person).length]));
  const areBack = () =>
    [alice, bob].every((person) => welcomesOf(person).length > (before.get(person) ?? 0));
  const killed = kill(server, "application");
  await expect.poll(() => isAlive(killed)).toBe(false);
  do {
    await Promise.all(pages.map(expectMediaToFlow));
  } while (!areBack());

  for (const person of [alice, bob]) {
    expect(welcomesOf(person).at(-1)).toContain('"state":"connected"');
    await expect(person.page.getByText(/Connection lost/)).toBeHidden();
  }
  await expectCallToRun(...pages);
  await bob.page.getByRole("button", { name: "Hang up" }).click();
  for (const person of [alice, bob]) await expectEnded(person, /Call ended/);
  await expect(bob.page.getByText(/Audio call · .*addresses hidden/)).toBeVisible();
});

test("a ring goes on while the application is killed, and can be accepted afterwards", async ({
  device,
  server,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await ring(alice, "Audio call");
  const incoming = bob.page.getByRole("alertdialog", { name: "Incoming call" });
  await expect(incoming).toBeVisible();
  const before = new Map([alice, bob].map((person) => [person, welcomesOf(person).length]));
  kill(server, "application");
  for (const person of [alice, bob]) {
    await expect
      .poll(() => welcomesOf(person).length, { timeout: 20_000 })
      .toBeGreaterThan(before.get(person) ?? 0);
    expect(welcomesOf(person).at(-1)).toContain('"state":"ringing"');
  }
  await expect(incoming).toBeVisible();
  await expect(alice.page.getByRole("button", { name: "Cancel call" })).toBeVisible();
  await incoming.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
  await expectCallToRun(alice.page, bob.page);
});

test("a call whose relay is killed says so, can be hung up, and the next one works", async ({
  device,
  server,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await call(alice, bob);
  kill(server, "relay");
  for (const { page } of [alice, bob]) {
    await expect(page.getByText(/Connection lost. Waiting/)).toBeVisible({ timeout: 20_000 });
    await expect(page.getByRole("timer")).toBeHidden();
  }
  await alice.page.getByRole("button", { name: "Hang up" }).click();
  for (const person of [alice, bob]) {
    await expectEnded(person, /Call ended/);
    await person.page.getByRole("button", { name: "Close" }).click();
  }
  await call(alice, bob);
});

test("a call whose relay is killed ends as lost when nobody hangs up", async ({
  device,
  server,
}) => {
  test.setTimeout(120_000);
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await call(alice, bob);
  kill(server, "relay");
  for (const { page } of [alice, bob]) {
    await expect(page.getByText(/Connection lost. Waiting/)).toBeVisible({ timeout: 20_000 });
  }
  for (const { page } of [alice, bob]) {
    await expect(page.getByRole("button", { name: "Hang up" })).toBeHidden({ timeout: 75_000 });
    await expect(page.getByRole("region", { name: "Call" })).toContainText("Connection lost.");
  }
});
