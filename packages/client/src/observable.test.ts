import { describe, expect, test } from "vitest";
import { Source } from "./observable.ts";

describe("an observable", () => {
  test("tells nobody of a value that already stands", () => {
    const source = new Source(1);
    let told = 0;
    source.subscribe(() => told++);
    source.set(1);
    expect(told).toBe(0);
    source.set(2);
    expect(told).toBe(1);
  });

  test("ends one of two subscriptions of the same listener", () => {
    const source = new Source(1);
    let told = 0;
    const listener = () => told++;
    const end = source.subscribe(listener);
    source.subscribe(listener);
    end();
    end();
    source.set(2);
    expect(told).toBe(1);
  });

  test("lets a listener end itself while it is told", () => {
    const source = new Source(1);
    const told: string[] = [];
    const end = source.subscribe(() => {
      told.push("first");
      end();
    });
    source.subscribe(() => told.push("second"));
    source.set(2);
    source.set(3);
    expect(told).toEqual(["first", "second", "second"]);
  });
});
