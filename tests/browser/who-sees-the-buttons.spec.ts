import { becomeMutuals, follow, signUp, turnOnCallsForMutuals, write } from "./people.ts";
import { expect, test } from "./test.ts";

test("the buttons come and go live with follows, requests, settings and blocks", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await Promise.all([signUp(alice), signUp(bob)]);
  await write(alice, "bob", "Hello, it is me");
  const aliceCalls = alice.page.getByRole("button", { name: "Audio call", exact: true });
  await expect(aliceCalls).toBeHidden();

  await bob.page.goto("/messages");
  await bob.page.getByRole("region", { name: "Requests" }).getByText("Alice").first().click();
  await bob.page.getByRole("button", { name: "Accept request" }).click();
  await turnOnCallsForMutuals(bob);
  await expect(alice.page.getByRole("button", { name: "Ask to call" })).toBeVisible();

  await follow(bob, "alice");
  await follow(alice, "bob");
  await alice.page.goto("/messages/@bob");
  await expect(aliceCalls).toBeVisible();

  await bob.page.goto("/settings/calls");
  await bob.page.getByRole("switch", { name: "Calls" }).click();
  await expect(aliceCalls).toBeHidden({ timeout: 2_000 });
  await bob.page.getByRole("switch", { name: "Calls" }).click();
  await expect(aliceCalls).toBeVisible({ timeout: 2_000 });

  await bob.page.goto("/people/@alice");
  await bob.page.getByRole("button", { name: "Block", exact: true }).click();
  await bob.page.getByRole("alertdialog").getByRole("button", { name: "Block" }).click();
  await expect(aliceCalls).toBeHidden({ timeout: 2_000 });
});

test("a blocked person's messages appear sent and never arrive, also not after unblocking", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await bob.page.goto("/people/@alice");
  await bob.page.getByRole("button", { name: "Block", exact: true }).click();
  await bob.page.getByRole("alertdialog").getByRole("button", { name: "Block" }).click();
  await expect(bob.page.getByRole("button", { name: "Unblock" })).toBeVisible();
  await write(alice, "bob", "Are you there?");
  await bob.page.getByRole("button", { name: "Unblock" }).click();
  await expect(bob.page.getByRole("button", { name: "Block", exact: true })).toBeVisible();
  await bob.page.goto("/messages/@alice");
  await expect(bob.page.getByText("Hello Bob")).toBeVisible();
  await expect(bob.page.getByText("Are you there?")).toBeHidden();
});

test("a person who may never ring loses the buttons at once, and is told nothing more", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await bob.page.goto("/people/@alice");
  const never = bob.page.getByRole("checkbox", { name: "Never let @alice ring me" });
  await never.click();
  await expect(never).toBeChecked();
  await expect(alice.page.getByRole("button", { name: "Audio call", exact: true })).toBeHidden();
  await expect(alice.page.getByText("You can't call @bob here.")).toBeVisible();
  await never.click();
  await expect(alice.page.getByRole("button", { name: "Audio call", exact: true })).toBeVisible();
});
