import { once } from "node:events";
import { becomeMutuals } from "./people.ts";
import { expect, test } from "./test.ts";

test("the app opens without its server, says what is wrong, and keeps nothing of the API", async ({
  device,
  server,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  const { page } = bob;
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active?.state === "activated") return;
    await new Promise((resolve) => active?.addEventListener("statechange", resolve));
  });
  await page.reload();
  server.supervisor.kill("SIGTERM");
  await once(server.supervisor, "exit");
  await page.goto("/messages/@alice");
  await expect(page.getByText("The server can't be reached.")).toBeVisible();
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
  expect(kept).toContain("/");
  expect(kept.filter((path) => path !== "/" && !path.startsWith("/assets/"))).toEqual([]);
});
