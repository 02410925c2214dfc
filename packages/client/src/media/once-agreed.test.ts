import { expect, test } from "vitest";
import { OnceAgreed } from "./once-agreed.ts";

test("what would show an address waits for the agreement, in its order, and not after it", () => {
  const onceAgreed = new OnceAgreed();
  const done: string[] = [];
  onceAgreed.do(() => done.push("first"));
  onceAgreed.do(() => done.push("second"));
  expect(done).toEqual([]);
  onceAgreed.agree();
  onceAgreed.do(() => done.push("third"));
  onceAgreed.agree();
  expect(done).toEqual(["first", "second", "third"]);
});

test("what waited in a round that is over is not shown in the next", () => {
  const onceAgreed = new OnceAgreed();
  const done: string[] = [];
  onceAgreed.do(() => done.push("of the first round"));
  onceAgreed.forget();
  onceAgreed.do(() => done.push("of the second"));
  onceAgreed.agree();
  onceAgreed.forget();
  onceAgreed.do(() => done.push("of the third"));
  expect(done).toEqual(["of the second", "of the third"]);
});
