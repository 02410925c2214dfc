import { whereaboutsIn } from "./addresses.ts";
import { becomeCallable, callByVideo } from "./calling-device.ts";
import { type PersonAtDevice, becomeMutuals, chooseCalls, ring } from "./people.ts";
import { expect, test } from "./test.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

const beforeTheCall = "Calls are direct: you will see each other's internet address.";
const onTheCard = "Direct: if you accept, they will see your internet address, and you theirs.";

test("two who both show their address have a direct call, and are told so all along", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await chooseCalls(alice, { hideAddress: false });
  await expect(alice.page.getByText(beforeTheCall)).toBeHidden();
  await chooseCalls(bob, { hideAddress: false });
  for (const { page } of [alice, bob]) await expect(page.getByText(beforeTheCall)).toBeVisible();

  await ring(alice, "Audio call");
  await expect(bob.page.getByRole("alertdialog")).toContainText(onTheCard);
  await expect(alice.page.getByText("Direct, if @bob answers")).toBeVisible();
  // An unanswered ring shows nobody's address: not even the server was told one.
  await expect
    .poll(() => alice.frames.some((frame) => frame.includes('"type":"offer"')))
    .toBe(true);
  expect([...whereaboutsIn(alice.frames), ...whereaboutsIn(bob.frames)]).toEqual([]);

  await accept(bob);
  for (const { page } of [alice, bob]) {
    await expect.poll(() => pathOf(page), { timeout: 20_000 }).toMatch(/^(host|srflx|prflx)\//);
    expect((await mediaFiguresOf(page)).audioPacketsReceived).toBeGreaterThan(0);
    await expect(page.getByText("Direct: you see each other's internet address")).toBeVisible();
  }
  await bob.page.getByRole("button", { name: "Hang up" }).click();
  for (const { page } of [alice, bob]) {
    await expect(page.getByText(/Audio call · .* · direct/)).toBeVisible();
  }
});

test("a Chromium and a Firefox reach each other without the relay too", async ({ deviceOf }) => {
  const [alice, bob] = [await deviceOf("Firefox", "alice"), await deviceOf("Chromium", "bob")];
  await becomeCallable(alice, bob);
  for (const person of [alice, bob]) await chooseCalls(person, { hideAddress: false });
  await callByVideo(alice, bob);
  for (const person of [alice, bob]) {
    await expect
      .poll(async () => (await mediaFiguresOf(person)).selectedPair, { timeout: 20_000 })
      .toMatch(/^(host|srflx|prflx)\/(host|srflx|prflx)$/);
  }
});

for (const who of ["caller", "callee"] as const) {
  test(`where the ${who} alone shows their address, the call is relayed and shows none`, async ({
    device,
  }) => {
    const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
    await becomeMutuals(alice, bob);
    await chooseCalls(who === "caller" ? alice : bob, { hideAddress: false });
    await ring(alice, "Audio call");
    await expect(bob.page.getByRole("alertdialog")).not.toContainText("Direct");
    await accept(bob);
    for (const { page, frames } of [alice, bob]) {
      await expect
        .poll(async () => (await mediaFiguresOf(page)).audioPacketsReceived, { timeout: 20_000 })
        .toBeGreaterThan(20);
      expect(await pathOf(page)).toBe("relay/relay");
      await expect(page.getByText("Addresses hidden from each other: relayed")).toBeVisible();
      expect(whereaboutsIn(frames)).toEqual([]);
    }
  });
}

test("an exception for one person makes calls with them direct, and no others", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await alice.ask("PUT", "/api/people/bob/address-exception", { exception: "show" });
  await bob.ask("PUT", "/api/people/alice/address-exception", { exception: "show" });
  for (const { page } of [alice, bob]) await expect(page.getByText(beforeTheCall)).toBeVisible();
  await chooseCalls(bob, { hideAddress: false });
  await bob.ask("PUT", "/api/people/alice/address-exception", { exception: "hide" });
  for (const { page } of [alice, bob]) await expect(page.getByText(beforeTheCall)).toBeHidden();
});

test("a server that calls a call direct is not followed by who hides their address", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  for (const person of [alice, bob]) await sayDirectTo(person);
  await becomeMutuals(alice, bob);
  await ring(alice, "Audio call");
  await expect(bob.page.getByRole("alertdialog")).toContainText(onTheCard);
  await accept(bob);
  for (const { page, frames } of [alice, bob]) {
    expect(frames.length).toBeGreaterThan(0);
    await expect.poll(() => pathOf(page), { timeout: 20_000 }).toBe("relay/relay");
    await expect(page.getByText("Addresses hidden from each other: relayed")).toBeVisible();
    expect(whereaboutsIn(frames)).toEqual([]);
  }
});

test("a call that a server calls direct at one end and relayed at the other is stopped", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await sayDirectTo(bob);
  await becomeMutuals(alice, bob);
  await ring(alice, "Audio call");
  await expect(bob.page.getByRole("alertdialog")).toContainText(onTheCard);
  await accept(bob);
  await expect(bob.page.getByText(/told of different ways for this call/)).toBeVisible();
  await expect(alice.page.getByText("Call ended.")).toBeVisible();
  for (const { page, frames } of [alice, bob]) {
    expect(frames.length).toBeGreaterThan(0);
    expect((await mediaFiguresOf(page)).audioPacketsReceived).toBe(0);
    expect(whereaboutsIn(frames)).toEqual([]);
  }
});

/** The server says of every call, to the pages that are opened from now on, that it is direct. */
async function sayDirectTo({ context }: PersonAtDevice): Promise<void> {
  await context.routeWebSocket("**/api/signalling", (socket) => {
    const server = socket.connectToServer();
    server.onMessage((text) => {
      socket.send(String(text).replaceAll('"route":"relayed"', '"route":"direct"'));
    });
  });
}

async function accept({ page }: PersonAtDevice): Promise<void> {
  await page.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
}

async function pathOf(page: PersonAtDevice["page"]): Promise<string> {
  return (await mediaFiguresOf(page)).selectedPair;
}
