import { iceParametersOf } from "@ringfence/protocol";
import { warmOffer } from "../../packages/client/src/media/warm-offer.ts";
import { expectUntouched, offersOf } from "./before-the-tap.ts";
import { type PersonAtDevice, becomeMutuals, ring } from "./people.ts";
import { expect, test } from "./test.ts";
import { mediaFiguresOf, mediaUseOf } from "./watch-calls.ts";

/**
 * The connections of a page, as far as a ring may bring them: but for those that only try what the
 * browser makes of an offer (even-sound.ts) and never answer it.
 */
function connectionsOf({ page }: PersonAtDevice) {
  return page.evaluate(() =>
    window.ringfenceTest.connections
      .filter(({ localDescription }) => localDescription !== null)
      .map((connection) => ({
        ice: connection.iceConnectionState,
        kinds: [...new Set(connection.localDescription?.sdp.match(/ typ \w+/g))],
        isClosed: connection.signalingState === "closed",
      })),
  );
}

/** What was set on them. */
async function takenBy({ page }: PersonAtDevice): Promise<string[]> {
  const { remoteDescriptions } = await mediaUseOf(page);
  return remoteDescriptions.filter((sdp) => !sdp.includes("a=ice-ufrag:none\r\n"));
}

const warm = { ice: "new", kinds: [" typ relay"], isClosed: false };

test("a page that rings has its place at the relay, and the call goes on from there", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await ring(alice, "Audio call");
  await expect.poll(() => connectionsOf(bob)).toEqual([warm]);
  const ice = iceParametersOf(offersOf(alice)[0] ?? "");
  expect(await takenBy(bob)).toEqual([ice && warmOffer(ice)]);
  await expectUntouched(bob, offersOf(alice));

  await bob.page.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
  for (const { page } of [alice, bob]) {
    await expect
      .poll(async () => (await mediaFiguresOf(page)).audioPacketsReceived, { timeout: 20_000 })
      .toBeGreaterThan(20);
    expect((await mediaFiguresOf(page)).selectedPair).toBe("relay/relay");
  }
  expect(await connectionsOf(bob)).toHaveLength(1);
  expect(await takenBy(bob)).toHaveLength(2);
});

test("what a page prepared for a ring goes with the ring", async ({ device }) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await ring(alice, "Audio call");
  await expect.poll(() => connectionsOf(bob)).toEqual([warm]);
  await alice.page.getByRole("button", { name: "Cancel call" }).click();
  await expect
    .poll(async () => (await connectionsOf(bob)).map(({ isClosed }) => isClosed))
    .toEqual([true]);
  await expectUntouched(bob, offersOf(alice));
});

test("a browser that does not go on from an offer of its own answers as if there had been none", async ({
  device,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await bob.context.addInitScript(() => {
    const Watched = RTCPeerConnection;
    window.RTCPeerConnection = class extends Watched {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        const setRemote = this.setRemoteDescription.bind(this);
        this.setRemoteDescription = async (description: RTCSessionDescriptionInit) => {
          if (this.localDescription !== null)
            throw new DOMException("", "InvalidModificationError");
          return setRemote(description);
        };
      }
    };
  });
  await becomeMutuals(alice, bob);
  await ring(alice, "Audio call");
  await expect.poll(() => connectionsOf(bob)).toEqual([warm]);
  await bob.page.getByRole("button", { name: "Accept", exact: true }).click({ delay: 50 });
  for (const { page } of [alice, bob]) {
    await expect
      .poll(async () => (await mediaFiguresOf(page)).audioPacketsReceived, { timeout: 20_000 })
      .toBeGreaterThan(20);
  }
  expect((await connectionsOf(bob)).map(({ isClosed }) => isClosed)).toEqual([true, false]);
});
