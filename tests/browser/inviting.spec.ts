import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { becomeMutuals, createAccount, keepRecoveryCode, nameOf, password } from "./people.ts";
import { expect, test } from "./test.ts";

test("a person invites, a stranger creates an account by the link, agrees, and both can call", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await createAccount(alice);
  await alice.page.goto("/messages");
  await alice.page.getByRole("button", { name: "Invite" }).click();
  const sheet = alice.page.getByRole("dialog", { name: "Invite somebody" });
  await expect(sheet.getByRole("img", { name: /code for a phone/ })).toBeVisible();
  // Nobody could ring Alice yet, and she is told so before she sends the link.
  await sheet.getByRole("button", { name: "Turn on calls for mutuals" }).click();
  const link = await sheet.getByRole("textbox", { name: "Link" }).inputValue();
  await sheet.getByRole("button", { name: "Done" }).click();

  await bob.page.goto(link);
  await expect(bob.page.getByRole("heading", { name: "Alice invites you" })).toBeVisible();
  await bob.page.getByRole("link", { name: "Create account" }).click();
  await bob.page.getByLabel("Handle").fill("bob");
  await bob.page.getByLabel("Display name").fill(nameOf("bob"));
  await bob.page.getByLabel("Password").fill(password);
  await bob.page.getByRole("button", { name: "Create account" }).click();
  await keepRecoveryCode(bob.page);
  await expect(
    bob.page.getByText("You and @alice will follow each other and can call each other."),
  ).toBeVisible();
  await bob.page.getByRole("button", { name: "Agree" }).click();

  await bob.page.waitForURL("**/messages/@alice");
  await expect(bob.page.getByRole("button", { name: "Audio call", exact: true })).toBeVisible();
  // Nobody wrote yet, and the conversation stands in Alice's list all the same, without a reload.
  await alice.page.getByRole("link", { name: /Bob/ }).click();
  await expect(alice.page.getByRole("button", { name: "Video call", exact: true })).toBeVisible();
});

test("a link works once, and whoever comes later is told what to do", async ({ device }) => {
  const [alice, bob, carol] = await Promise.all([device("alice"), device("bob"), device("carol")]);
  await becomeMutuals(alice, bob);
  await createAccount(carol);
  await alice.page.goto("/messages");
  await alice.page.getByRole("button", { name: "Invite" }).click();
  const link = await alice.page.getByRole("textbox", { name: "Link" }).inputValue();

  await alice.page.goto(link);
  await expect(alice.page.getByRole("heading", { name: /your own invitation/ })).toBeVisible();
  await bob.page.goto(link);
  await bob.page.getByRole("link", { name: "Not now" }).click();
  await carol.page.goto(link);
  await carol.page.getByRole("button", { name: "Agree" }).click();
  await carol.page.waitForURL("**/messages/@alice");
  await bob.page.goto(link);
  await expect(bob.page.getByText("This invitation does not work any more")).toBeVisible();
});

test("elsewhere than on this machine an account needs an invitation, and says so", async ({
  device,
}) => {
  const stranger = await device("mallory");
  await stranger.context.setExtraHTTPHeaders({ via: "1.1 from-elsewhere" });
  await stranger.page.goto("/sign-up");
  await expect(stranger.page.getByRole("heading", { name: "By invitation" })).toBeVisible();
  await expect(stranger.page.getByLabel("Handle")).toBeHidden();
});

test("whoever runs the server lets somebody in by a command", async ({ device, server }) => {
  const repository = join(import.meta.dirname, "../..");
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(repository, "apps/server/src/cli/ringfence.ts"), "invite"],
    {
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        DATA_DIR: server.dataDirectory,
        PUBLIC_ORIGIN: server.origin,
      },
    },
  );
  expect(stderr).toBe("");
  const link = stdout.split("\n")[0] ?? "";
  const { page } = await device("dora");
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "Welcome" })).toBeVisible();
  await page.getByRole("link", { name: "Create account" }).click();
  await page.getByLabel("Handle").fill("dora");
  await page.getByLabel("Display name").fill("Dora");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await keepRecoveryCode(page);
  await page.waitForURL("**/messages");
});
