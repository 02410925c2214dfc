import { beforeAll, describe, expect, test } from "vitest";
import { serverLimits } from "../limits.ts";
import { Passwords } from "./passwords.ts";

let passwordHash: string;

beforeAll(async () => {
  passwordHash = await new Passwords().hash("correct horse");
});

describe("a password", () => {
  test("is the right one or it is not", async () => {
    const passwords = new Passwords();
    expect(await passwords.isRight("correct horse", passwordHash)).toBe(true);
    expect(await passwords.isRight("correct horse ", passwordHash)).toBe(false);
    expect(await passwords.isRight("correct\u0000horse", passwordHash)).toBe(false);
  });

  test("has another hash each time", async () => {
    expect(await new Passwords().hash("correct horse")).not.toBe(passwordHash);
  });

  test("of nobody is never right, and is looked at with the same effort", async () => {
    const passwords = new Passwords();
    const ways = { somebody: passwordHash, nobody: undefined };
    const times = { somebody: [] as number[], nobody: [] as number[] };
    for (let round = 0; round < 9; round++) {
      for (const who of ["somebody", "nobody"] as const) {
        const before = performance.now();
        expect(await passwords.isRight("wrong", ways[who])).toBe(false);
        times[who].push(performance.now() - before);
      }
    }
    const ratio = medianOf(times.nobody) / medianOf(times.somebody);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  test("waits its turn, and beyond a bounded queue is refused at once", async () => {
    const passwords = new Passwords();
    const { passwordHashesAtOnceMax, passwordHashesWaitingMax } = serverLimits;
    const places = passwordHashesAtOnceMax + passwordHashesWaitingMax;
    const attempts = Array.from({ length: places + 5 }, () =>
      passwords.isRight("wrong", passwordHash),
    );
    const settled = await Promise.allSettled(attempts);
    const refused = settled.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(5);
    expect(refused[0]).toMatchObject({ reason: { code: "unavailable", retryAfterSeconds: 5 } });
    expect(await passwords.isRight("correct horse", passwordHash)).toBe(true);
  });
});

function medianOf(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[times.length >> 1] ?? 0;
}
