import type { Page } from "@playwright/test";
import { becomeMutuals, signUp } from "./people.ts";
import { expect, test } from "./test.ts";

const signedOut = ["/", "/sign-up", "/sign-in", "/enter#no-such-token", "/no-such-page"];
const signedIn = [
  "/messages",
  "/messages/@bob",
  "/people",
  "/people/@bob",
  "/settings",
  "/settings/calls",
  "/settings/devices",
  "/settings/data",
];

/** What a page asked for, and what its browser refused it. */
function watch(page: Page): { asked: Set<string>; refused: string[] } {
  const asked = new Set<string>();
  const refused: string[] = [];
  page.context().on("request", (request) => void asked.add(new URL(request.url()).origin));
  page.on("console", (message) => {
    if (/content security policy|trusted ?type|integrity/i.test(message.text())) {
      refused.push(message.text());
    }
  });
  return { asked, refused };
}

async function walk(page: Page, routes: readonly string[]): Promise<void> {
  for (const route of routes) {
    await page.goto(route);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
}

test("a walk through the app asks nobody but its own server, and its policy refuses it nothing", async ({
  device,
  server,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  const seen = watch(alice.page);
  await walk(alice.page, signedOut);
  await becomeMutuals(alice, bob);
  await walk(alice.page, signedIn);
  // The worker, too: it is what needs the one policy of Trusted Types.
  await alice.page.evaluate(async () => void (await navigator.serviceWorker.ready));
  const [worker] = alice.context.serviceWorkers();
  expect(worker?.url()).toBe(`${server.origin}/service-worker.js`);
  expect([...seen.asked]).toEqual([server.origin]);
  expect(seen.refused).toEqual([]);
});

test("text cannot become code in a page: not as markup, a script, a worker or a string to run", async ({
  device,
}) => {
  const alice = await device("alice");
  await signUp(alice);
  const answers = await alice.page.evaluate(() => {
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- it runs in the page, which has no outer scope
    const tried = (what: () => unknown) => {
      try {
        what();
        return "done";
      } catch (error) {
        return (error as Error).name;
      }
    };
    const script = document.createElement("script");
    return {
      markup: tried(() => (document.body.innerHTML = "<img src=x onerror=alert(1)>")),
      script: tried(() => (script.src = "/assets/anything.js")),
      scriptText: tried(() => (script.text = "alert(1)")),
      worker: tried(() => new Worker("/service-worker.js")),
      // oxlint-disable-next-line no-implied-eval -- what this test is about
      timer: tried(() => setTimeout("alert(1)", 0)),
      anotherPolicy: tried(() => {
        const { trustedTypes } = globalThis as unknown as {
          trustedTypes: { createPolicy(name: string, rules: object): void };
        };
        trustedTypes.createPolicy("ringfence-service-worker", {});
      }),
    };
  });
  expect(answers).toEqual({
    markup: "TypeError",
    script: "TypeError",
    scriptText: "TypeError",
    worker: "TypeError",
    timer: "TypeError",
    anotherPolicy: "TypeError",
  });
});

test("a page is alone in its process, and may ask for nothing that calls do not need", async ({
  device,
}) => {
  const { page } = await device("alice");
  await page.goto("/");
  const found = await page.evaluate(async () => ({
    isIsolated: crossOriginIsolated,
    location: await navigator.permissions.query({ name: "geolocation" }).then(({ state }) => state),
    isFramed: window.top !== window,
  }));
  expect(found).toEqual({ isIsolated: true, location: "denied", isFramed: false });
});

test("a script that is not the one that the page was built with does not run", async ({
  device,
}) => {
  const { page } = await device("alice");
  const { refused } = watch(page);
  await page.route(/\/assets\/index-[^/]*\.js$/, async (route) => {
    const answer = await route.fetch();
    const body = `${await answer.text()};document.title = "changed";`;
    await route.fulfill({ response: answer, body });
  });
  await page.goto("/");
  await expect.poll(() => refused.length).toBeGreaterThan(0);
  expect(await page.title()).toBe("Ringfence");
  await expect(page.getByRole("heading", { level: 1 })).toBeHidden();
});
