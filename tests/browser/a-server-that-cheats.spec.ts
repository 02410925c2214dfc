import { Middle, type Said } from "../hostile/middle.ts";
import { signedIn, withSigned } from "../hostile/signed-words.ts";
import { beInCall } from "./being-in-a-call.ts";
import { type PersonAtDevice, ring } from "./people.ts";
import { expect, test } from "./test.ts";
import { mediaFiguresOf, mediaUseOf } from "./watch-calls.ts";

/**
 * The two cases in which a browser itself would go on with whoever holds another certificate. The others
 * are in tests/hostile, where a browser's network is simulated.
 */
const strangers = `a=fingerprint:sha-256 ${Array(32).fill("5A").join(":")}`;
/** In the offer that a page writes for itself, so that its browser is ready before the call is accepted. */
const nobodys = `a=fingerprint:sha-256 ${Array(32).fill("00").join(":")}`;
const warning = "The call was stopped: somebody may be in the middle.";

/** Stands between the page of somebody, which is not open yet, and the server. */
async function standBefore(middle: Middle, { context, handle }: PersonAtDevice): Promise<void> {
  await context.routeWebSocket("**/api/signalling", (route) => {
    const server = route.connectToServer();
    const line = middle.open(handle, {
      toServer: (text) => server.send(text),
      toDevice: (text) => route.send(text),
      cut: () => void route.close(),
    });
    route.onMessage((text) => line.fromDevice(String(text)));
    server.onMessage((text) => line.fromServer(String(text)));
  });
}

function withStrangersCertificate(message: Said): Said {
  return withSigned(message, (signed) => ({
    ...signed,
    description: signed.description.replace(/^a=fingerprint:.*(?=\r$)/gm, strangers),
  }));
}

const hasStrangers = (description: string) => description.includes(strangers);

test("a swapped fingerprint: the second call is stopped with a warning, before anything of it is used", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  const middle = new Middle();
  await standBefore(middle, bob);
  await beInCall(alice, bob);
  await alice.page.getByRole("button", { name: "Hang up" }).click();
  await expect(bob.page.getByText("Call ended.")).toBeVisible();
  for (const { page } of [alice, bob]) await page.getByRole("button", { name: "Close" }).click();
  const before = (await mediaUseOf(bob.page)).remoteDescriptions.length;
  middle.tampering = { down: (told) => [withStrangersCertificate(told)] };
  await ring(alice, "Audio call");
  await bob.page.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
  await expect(bob.page.getByText(warning)).toBeVisible();
  const { remoteDescriptions } = await mediaUseOf(bob.page);
  // Of this call only what the page wrote for itself while it rang.
  const ofThisCall = remoteDescriptions.slice(before);
  expect(ofThisCall.filter((description) => !description.includes(nobodys))).toEqual([]);
  expect((await mediaFiguresOf(bob.page)).audioPacketsReceived).toBe(0);
});

test("a fingerprint that is swapped in an ICE restart: a call that stands is stopped with a warning", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  const middle = new Middle();
  await Promise.all([alice, bob].map((person) => standBefore(middle, person)));
  await beInCall(alice, bob);
  middle.tampering = {
    down: (told, { who }) => [who === "bob" ? withStrangersCertificate(told) : told],
  };
  // As Bob's page asks for when it hears nothing: on the connection that there is.
  const offered = middle.saidBy("alice").find(({ type }) => type === "offer");
  const { callId } = offered as unknown as { callId: string };
  middle.line("bob").say({ type: "restart", callId, round: 0, isNewConnection: false });
  await expect(bob.page.getByText(warning)).toBeVisible();
  const rounds = middle.saidBy("alice").filter(({ type }) => type === "offer");
  expect(rounds.flatMap(signedIn)).toHaveLength(2);
  const { remoteDescriptions } = await mediaUseOf(bob.page);
  expect(remoteDescriptions.filter(hasStrangers)).toEqual([]);
  await expect(alice.page.getByRole("timer")).toBeHidden();
});
