import { describe, expect, it } from "vitest";
import { hueOf, initialsOf } from "./avatar-look.ts";

describe("the hue of an avatar", () => {
  it("is the same every time and within the circle", () => {
    for (const handle of ["alice", "bob", "a_1", "zz"]) {
      expect(hueOf(handle)).toBe(hueOf(handle));
      expect(hueOf(handle)).toBeGreaterThanOrEqual(0);
      expect(hueOf(handle)).toBeLessThan(360);
    }
  });

  it("tells similar handles apart", () => {
    expect(hueOf("alice")).not.toBe(hueOf("alicf"));
  });
});

describe("initials", () => {
  it("are the first letters of the first and the last word", () => {
    expect(initialsOf("Mira Anna Lindqvist", "mira")).toBe("ML");
  });

  it("are one letter for one word", () => {
    expect(initialsOf("bob", "bob")).toBe("B");
  });

  it("pass over marks and emoji before a letter", () => {
    expect(initialsOf("«Élodie» 🙂", "elodie")).toBe("É");
  });

  it("fall back to the handle where the name has no letter", () => {
    expect(initialsOf("🙂", "zoe")).toBe("Z");
  });
});
