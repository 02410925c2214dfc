import { childrenOf, isAlive } from "../../apps/server/src/cli/test-children.ts";
import {
  callEachOther,
  expectCallToRun,
  expectEnded,
  expectMediaToFlow,
} from "./calls-in-progress.ts";
import { type PersonAtDevice, becomeMutuals, ring } from "./people.ts";
import type { RunningServer } from "./server.ts";
import { expect, test } from "./test.ts";

/** Kills a process of the server as a crash or a lack of memory would: without a last word. */
function kill(server: RunningServer, name: "application" | "relay"): number {
  const pid = processOf(server, name);
  process.kill(pid, "SIGKILL");
  return pid;
}

function processOf({ supervisor }: RunningServer, name: "application" | "relay"): number {
  const pid = childrenOf(supervisor.pid)[name];
  // kill(2): 0 would be ourselves.
  if (pid === 0) throw new Error(`There is no ${name}.`);
  return pid;
}

/** How many connections to the other side the page has made. */
function connectionsOf({ page }: PersonAtDevice): Promise<number> {
  return page.evaluate(() => window.ringfenceTest.connections.length);
}

/** How often the page came online, each time with all that the server knows of its calls. */
function welcomesOf({ frames }: PersonAtDevice): string[] {
  return frames.filter((frame) => frame.includes('"message":{"type":"welcome"'));
}

test("a call goes on while the application is killed and started again", async ({
  device,
  server,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await callEachOther(alice, bob);
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
    await expect(person.page.getByText(/Connection lost|does not answer/)).toBeHidden();
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

for (const said of ["accept", "answer"]) {
  test(`a call connects although the application is killed as it hears the ${said}`, async ({
    device,
    server,
  }) => {
    const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
    await becomeMutuals(alice, bob);
    await ring(alice, "Audio call");
    const incoming = bob.page.getByRole("alertdialog", { name: "Incoming call" });
    await expect(incoming).toBeVisible();
    const application = processOf(server, "application");
    await incoming.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
    await expect
      .poll(() => bob.frames.some((frame) => frame.includes(`"type":"${said}"`)), {
        intervals: [1],
      })
      .toBe(true);
    process.kill(application, "SIGKILL");
    await expectCallToRun(alice.page, bob.page);
    await bob.page.getByRole("button", { name: "Hang up" }).click();
    for (const person of [alice, bob]) await expectEnded(person, /Call ended/);
  });
}

test("a call whose relay is killed goes on with the next relay, on the same connection", async ({
  device,
  server,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await callEachOther(alice, bob);
  const before = [await connectionsOf(alice), await connectionsOf(bob)];
  const killed = kill(server, "relay");
  await expect.poll(() => isAlive(killed)).toBe(false);
  // It may be so quick that nobody is told of a loss.
  for (const { frames } of [alice, bob]) {
    const isInNextRound = () => frames.some((frame) => frame.includes('"round":1'));
    await expect.poll(isInNextRound, { timeout: 20_000 }).toBe(true);
  }
  await expectCallToRun(alice.page, bob.page);
  expect([await connectionsOf(alice), await connectionsOf(bob)]).toEqual(before);
  await alice.page.getByRole("button", { name: "Hang up" }).click();
  await expectEnded(bob, /Call ended/);
});

test("a call whose relay is gone for good ends as lost when nobody hangs up", async ({
  device,
  server,
}) => {
  test.setTimeout(120_000);
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await callEachOther(alice, bob);
  const relay = processOf(server, "relay");
  process.kill(relay, "SIGSTOP");
  try {
    for (const { page } of [alice, bob]) {
      await expect(page.getByText(/Connection lost. Waiting/)).toBeVisible();
    }
    for (const person of [alice, bob]) {
      await expect(person.page.getByRole("button", { name: "Hang up" })).toBeHidden({
        timeout: 75_000,
      });
      await expectEnded(person, /Connection lost\./);
    }
  } finally {
    process.kill(relay, "SIGCONT");
  }
});
