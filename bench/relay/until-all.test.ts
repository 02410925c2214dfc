import { expect, it } from "vitest";
import { untilAll } from "./until-all.ts";

it("a failure is told only when the others have ended", async () => {
  const slow = Promise.withResolvers<string>();
  let isTold = false;
  const all = untilAll([Promise.reject(new Error("the quick one failed")), slow.promise]);
  const told = all.catch((error: Error) => {
    isTold = true;
    return error.message;
  });
  await new Promise(setImmediate);
  expect(isTold).toBe(false);
  slow.resolve("done");
  expect(await told).toBe("the quick one failed");
});

it("results come in the order of the works", async () => {
  expect(await untilAll([Promise.resolve(1), Promise.resolve("two")])).toEqual([1, "two"]);
});
