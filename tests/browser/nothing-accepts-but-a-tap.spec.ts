import { expectUntouched, offersOf } from "./before-the-tap.ts";
import { becomeMutuals, ring } from "./people.ts";
import { expect, test } from "./test.ts";

test("no address, fragment or message from elsewhere accepts a call that rings", async ({
  device,
  server,
}) => {
  const [alice, bob] = await Promise.all([device("alice"), device("bob")]);
  await becomeMutuals(alice, bob);
  await ring(alice, "Audio call");
  const incoming = bob.page.getByRole("alertdialog", { name: "Incoming call" });
  await expect(incoming).toBeVisible();
  await expect.poll(() => offersOf(alice)).toHaveLength(1);
  const ringFrame = bob.frames.find((one) => one.includes('"type":"ring"')) ?? "";
  const callId = /"callId":"(\w+)"/.exec(ringFrame)?.[1] ?? "";
  expect(callId).toHaveLength(26);
  for (const route of [
    `/messages/@alice?accept=${callId}&call=${callId}&action=accept#accept=${callId}`,
    `/messages?accept&callId=${callId}#${callId}`,
    `/call/${callId}/accept`,
    `/?accept=1&answer=1&autoAnswer=true#accept`,
  ]) {
    await bob.page.goto(`${server.origin}${route}`);
    await expect(incoming).toBeVisible();
    await bob.page.evaluate((id) => {
      for (const message of [{ type: "accept", callId: id }, `accept:${id}`]) {
        window.postMessage(message, "*");
      }
    }, callId);
    await bob.page.keyboard.press("Enter");
    await bob.page.keyboard.press("Space");
    await expect(incoming).toBeVisible();
    await expectUntouched(bob, offersOf(alice));
  }
  expect(bob.frames.filter((frame) => frame.includes('"type":"accept"'))).toEqual([]);
});
