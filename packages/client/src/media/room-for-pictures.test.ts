import { describe, expect, test } from "vitest";
import { clientLimits } from "../limits.ts";
import { fullRoom, pictureSteps, shareRoom, type Sharing } from "./room-for-pictures.ts";

const { wellLooksMin, wellLooksMax } = clientLimits;
const arrivals = {
  w: { loss: 0, lateMs: 20 },
  s: { loss: 0.07, lateMs: 20 },
  q: { loss: 0, lateMs: 500 },
  l: { loss: 0.3, lateMs: 20 },
};
const last = pictureSteps.length - 1;

/** `w` well, `s` strained by loss, `q` strained by a queue, `l` lost so much that words are. */
function after(looks: string, before: Sharing = fullRoom): Sharing {
  const signs = looks.split("") as (keyof typeof arrivals)[];
  return signs.reduce((sharing, sign) => shareRoom(sharing, arrivals[sign]), before);
}

const well = "w".repeat(wellLooksMin);

describe("pictures", () => {
  test("have all the room there is while the sound is well", () => {
    expect(after(well.repeat(10)).step).toBe(0);
  });

  test.each([
    ["one strained look changes nothing", "s", 0],
    ["nor do strained looks with a good one between", "sws", 0],
    ["two in a row take a step", "ss", 1],
    ["whatever strains it", "sq", 1],
    ["four take two", "ssss", 2],
    ["words that are lost take two steps at once", "l", 2],
    ["and all room in the end", "lll", last],
    ["below which there is nothing", "lllllll", last],
  ])("give room to the sound: %s", (_, looks, step) => {
    expect(after(looks).step).toBe(step);
  });

  test("give the camera's room before a screen's", () => {
    expect(pictureSteps.map(({ camera }) => camera === null)).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(pictureSteps.map(({ screen }) => screen === null)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  test("come back one step at a time", () => {
    const none = after("lll");
    expect(after(well.slice(1), none).step).toBe(last);
    expect(after(well, none).step).toBe(last - 1);
    expect(after(well.repeat(last), none).step).toBe(0);
  });

  test("wait twice as long after each step up in vain", () => {
    const tried = after(`lll${well}l`);
    expect(tried.wellLooksNeeded).toBe(2 * wellLooksMin);
    expect(after(well, tried).step).toBe(last);
    expect(after(well.repeat(2), tried).step).toBe(last - 1);
    const often = Array.from({ length: 9 }).reduce<Sharing>(
      (sharing) => after("w".repeat(sharing.wellLooksNeeded) + "l", sharing),
      tried,
    );
    expect(often.wellLooksNeeded).toBe(wellLooksMax);
  });

  test("do not wait longer where a step up was good for a while", () => {
    const recovered = after(`lll${well}${well.slice(1)}`);
    expect(after("w", recovered)).toMatchObject({ step: last - 2, wellLooksNeeded: wellLooksMin });
    expect(after("l", recovered).wellLooksNeeded).toBe(wellLooksMin);
  });

  test("forget what was in vain once all has been well for long", () => {
    const tried = after(`lll${well}l`);
    const full = after(well.repeat(2 * (last + 1)), tried);
    expect(full).toMatchObject({ step: 0, wellLooksNeeded: wellLooksMin });
  });
});
