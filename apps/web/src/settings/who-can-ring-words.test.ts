import { Handle, type Person } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { momentWords } from "../conversations/time-words.ts";
import { changeWords, mayRingWords, proposalWords } from "./who-can-ring-words.ts";

const now = new Date(2026, 4, 14, 12, 0).getTime();
const tomorrow = new Date(2026, 4, 15, 14, 5).getTime();

function person(handle: string): Person {
  const displayName = handle.charAt(0).toUpperCase() + handle.slice(1);
  return { handle: Handle.parse(handle), displayName };
}

const bob = person("bob");
const nobody = { count: 0, first: [] };
const four = { count: 4, first: ["bob", "carol", "dan", "eve"].map(person) };

describe("why somebody can ring", () => {
  test("is the reason alone, where nothing ends it", () => {
    const may = { person: bob, reason: "mutuals", until: null, mayBreakThrough: false } as const;
    expect(mayRingWords(may, now)).toBe("You follow each other");
  });

  test("has its end, and says that it is heard in quiet hours", () => {
    const may = {
      person: bob,
      reason: "grant-once",
      until: tomorrow,
      mayBreakThrough: true,
    } as const;
    expect(mayRingWords(may, now)).toBe(
      `You let them ring once · until ${momentWords(tomorrow, now)} · rings aloud in quiet hours`,
    );
  });
});

describe("whom a change concerns", () => {
  test("is said with the first names and how many more", () => {
    expect(proposalWords({ gained: { count: 12, first: four.first }, lost: nobody })).toBe(
      "12 more people could ring you: Bob (@bob), Carol (@carol), Dan (@dan) and 9 more.",
    );
    expect(proposalWords({ gained: four, lost: { count: 1, first: [bob] } })).toBe(
      "4 more people could ring you: Bob (@bob), Carol (@carol), Dan (@dan) and 1 more. " +
        "1 person no longer could: Bob (@bob).",
    );
  });

  test("is said of what was changed too", () => {
    expect(changeWords({ gained: { count: 1, first: [bob] }, lost: nobody })).toBe(
      "1 more person can ring you now: Bob (@bob).",
    );
    expect(changeWords({ gained: nobody, lost: { count: 2, first: [bob, person("carol")] } })).toBe(
      "2 people can no longer ring you: Bob (@bob) and Carol (@carol).",
    );
  });

  test("is nothing to say where it concerns nobody", () => {
    expect(proposalWords({ gained: nobody, lost: nobody })).toBeNull();
    expect(changeWords({ gained: nobody, lost: nobody })).toBeNull();
  });
});
