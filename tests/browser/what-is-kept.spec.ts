import { readFileSync } from "node:fs";
import { becomeMutuals } from "./people.ts";
import { expect, test } from "./test.ts";

test("a person reads what is kept, takes all of it along, and keeps calls for less", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  const { page } = alice;
  await page.goto("/settings/data");
  await expect(page.getByText("It keeps no internet addresses")).toBeVisible();

  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download everything" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("ringfence-export.json");
  const file = JSON.parse(readFileSync(await download.path(), "utf8")) as {
    format: string;
    records: Record<string, unknown[]>;
  };
  expect(file.format).toBe("ringfence-export");
  expect(file.records["account"]).toMatchObject([{ handle: "alice", displayName: "Alice" }]);
  expect(file.records["messages"]).toMatchObject([{ text: "Hello Bob" }, { text: "Hello Alice" }]);

  const days = page.getByLabel("Keep my calls for");
  await expect(days).toHaveValue("30");
  await days.selectOption("7 days");
  await expect(page.getByText("what is older goes at once and for good")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "Save" })).toBeHidden();
  await page.reload();
  await expect(days).toHaveValue("7");
});
