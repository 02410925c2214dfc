import { expect, test } from "vitest";
import { bob, messageEntry } from "../test/test-client.ts";
import { until } from "../test/until.ts";
import { ApiClient } from "./api.ts";
import { ThreadStore } from "./thread.ts";

test("a message that the page itself fails at holds none up that comes after", async () => {
  let isBroken = true;
  const fetch = async (_url: unknown, request?: RequestInit) => {
    // What no browser should give.
    if (isBroken) return undefined as unknown as Response;
    return Response.json({ ...messageEntry(1), ...JSON.parse(request?.body as string) });
  };
  const thread = new ThreadStore(new ApiClient({ origin: "http://localhost", fetch }), bob.handle);
  thread.send("first");
  await until(
    thread.observable,
    ({ entries: [first] }) => first?.type === "pending" && first.failure !== null,
  );
  isBroken = false;
  thread.send("second");
  const { entries } = await until(thread.observable, ({ entries: all }) =>
    all.some((entry) => entry.type === "message"),
  );
  expect(entries).toMatchObject([
    { type: "message", text: "second" },
    { type: "pending", text: "first", failure: { code: "internal" } },
  ]);
});
