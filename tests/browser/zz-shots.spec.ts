import { becomeMutuals, signIn } from "./people.ts";
import { ownCardAt, waitingCardAt, linkDevice } from "./linking.ts";
import { expect, test } from "./test.ts";
test("shots", async ({ device }) => {
  const [alice, bob, laptop] = await Promise.all([device("alice"), device("bob"), device("bob")]);
  await becomeMutuals(alice, bob);
  await signIn(laptop);
  await expect(ownCardAt(laptop)).toBeVisible();
  await expect(waitingCardAt(bob)).toBeVisible();
  const shot = async (name: string) => {
    for (const [size, viewport] of [["phone", { width: 390, height: 844 }], ["desk", { width: 1280, height: 800 }]] as const)
      for (const colorScheme of ["light", "dark"] as const)
        for (const [who, one] of [["bob", bob], ["laptop", laptop]] as const) {
          await one.page.setViewportSize(viewport);
          await one.page.emulateMedia({ colorScheme });
          await one.page.screenshot({ path: `/tmp/K-shots/${name}-${who}-${size}-${colorScheme}.png` });
        }
  };
  await shot("page");
  for (const one of [bob, laptop]) {
    await one.page.goto("/settings/devices");
    await expect(one.page.getByText("Not linked", { exact: true })).toBeVisible();
  }
  await shot("settings");
  for (const one of [bob, laptop]) await one.page.goto("/messages");
  await linkDevice(bob, laptop);
  await bob.page.goto("/settings/devices");
  await laptop.page.goto("/settings/devices");
  await expect(bob.page.getByText("Linked", { exact: true })).toHaveCount(2);
  await shot("linked");
});
