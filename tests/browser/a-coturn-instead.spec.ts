import { startCoturn, whyNoCoturn } from "../../apps/server/src/cli/test-coturn.ts";
import { callEachOther, expectEnded } from "./calls-in-progress.ts";
import { openDevice } from "./people.ts";
import { startServer } from "./server.ts";
import { expect, skipFor, test } from "./test.ts";
import { mediaFiguresOf } from "./watch-calls.ts";

const secret = "a secret of some length";

test("two people call each other over the operator's own coturn, relayed alone", async ({
  browser,
}) => {
  skipFor(whyNoCoturn());
  await using coturn = await startCoturn(secret);
  await using server = await startServer({
    settings: () => ({ RELAY_SECRET: secret, RELAY_URLS: coturn.url }),
  });
  const [alice, bob] = await Promise.all(
    ["alice", "bob"].map((handle) => openDevice(browser, server.origin, handle)),
  );
  if (alice === undefined || bob === undefined) throw new Error("two devices");
  await callEachOther(alice, bob);
  for (const { page } of [alice, bob]) {
    expect(await mediaFiguresOf(page)).toMatchObject({
      selectedPair: "relay/relay",
      relayUrl: coturn.url,
    });
  }
  await alice.page.getByRole("button", { name: "Hang up" }).click();
  await expectEnded(bob, /Call ended/);
  for (const { context, page } of [alice, bob]) {
    await expect(page.getByText(/Audio call · .*addresses hidden/)).toBeVisible();
    await context.close();
  }
});
