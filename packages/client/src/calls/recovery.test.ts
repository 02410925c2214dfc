import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { clientLimits } from "../limits.ts";
import { Recovery } from "./recovery.ts";

let done: string[];
let recovery: Recovery;

beforeEach(() => {
  vi.useFakeTimers();
  done = [];
  recovery = new Recovery({
    askServer: ({ isUrgent }) => done.push(isUrgent ? "ask urgently" : "ask"),
    rest: () => done.push("rest"),
    restart: ({ isNewConnection }) => done.push(isNewConnection ? "new connection" : "restart ICE"),
  });
});

afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const { restartPatienceMs, restartPatienceMaxMs, restartsBeforeNewConnection } = clientLimits;

/** The server answers, over a connection of this number. */
function answer(connection: number, isWaiting = false): boolean {
  return recovery.heardServer({ connection, isWaiting });
}

describe("a call whose packets stopped", () => {
  test("asks the server at once, and restarts ICE when it answers", () => {
    recovery.lost();
    expect(done).toEqual(["ask urgently"]);
    expect(answer(1)).toBe(true);
    expect(done).toEqual(["ask urgently", "restart ICE"]);
  });

  test("begins no restart while the server does not answer, and asks on", async () => {
    recovery.lost();
    await pass(4 * restartPatienceMs);
    expect(done).toEqual(["ask urgently", "ask", "ask", "ask", "ask"]);
  });

  test("is left alone when its path is back before the server answers", async () => {
    recovery.lost();
    recovery.found();
    expect(answer(2)).toBe(false);
    await pass(4 * restartPatienceMs);
    expect(done).toEqual(["ask urgently", "rest"]);
  });

  test("is restarted again when nothing came back, and every few times on a new connection", async () => {
    recovery.lost();
    answer(1);
    for (let count = 1; count < restartsBeforeNewConnection; count++) {
      await pass(restartPatienceMaxMs);
      answer(1);
    }
    expect(done.filter((word) => word !== "ask")).toEqual([
      "ask urgently",
      "restart ICE",
      "restart ICE",
      "new connection",
    ]);
  });

  test("gives a restart its time, however often the server is heard", async () => {
    recovery.lost();
    answer(1);
    await pass(restartPatienceMs / 2);
    expect(answer(1)).toBe(false);
  });

  test("waits for the other side as long as its offer stands there unanswered", async () => {
    recovery.lost();
    answer(1);
    await pass(restartPatienceMs);
    expect(answer(1, true)).toBe(false);
    await pass(restartPatienceMs);
    expect(done.filter((word) => word !== "ask")).toEqual(["ask urgently", "restart ICE"]);
  });

  test("offers anew over another connection: the path that was described is gone", async () => {
    recovery.lost();
    answer(1);
    await pass(restartPatienceMs);
    expect(answer(2, true)).toBe(true);
  });

  test("is not restarted for every connection of a network that flaps", async () => {
    recovery.lost();
    answer(1);
    await pass(restartPatienceMs / 2);
    expect(answer(2)).toBe(false);
    await pass(restartPatienceMs / 2);
    expect(done).toEqual(["ask urgently", "restart ICE", "ask"]);
    expect(answer(2)).toBe(true);
  });

  test("gives each restart more time than the one before: it may only be slow", async () => {
    recovery.lost();
    answer(1);
    await pass(restartPatienceMs);
    answer(1);
    await pass(restartPatienceMs);
    expect(answer(1)).toBe(false);
    await pass(restartPatienceMs);
    expect(answer(1)).toBe(true);
  });

  test("gives a round of the other side its time", async () => {
    recovery.began(1);
    recovery.lost();
    expect(done).toEqual([]);
    await pass(restartPatienceMs);
    expect(done).toEqual(["ask"]);
    expect(answer(1)).toBe(true);
  });

  test("that is over asks for nothing more", async () => {
    recovery.lost();
    recovery.close();
    await pass(4 * restartPatienceMs);
    expect(done).toEqual(["ask urgently", "rest"]);
  });
});

describe("a call whose packets come", () => {
  test("restarts nothing, whatever becomes of the connection to the server", async () => {
    expect(answer(1)).toBe(false);
    expect(answer(2)).toBe(false);
    await pass(4 * restartPatienceMs);
    expect(done).toEqual([]);
  });
});
