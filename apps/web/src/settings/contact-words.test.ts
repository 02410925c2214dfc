import { Handle, type Person } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { nobodyFoundWords, othersWords } from "./contact-words.ts";

const person = (handle: string): Person => ({ handle: Handle.parse(handle), displayName: handle });
const nobody = { added: [], alreadyThere: [], notHere: [] };

describe("what is said of a file of contacts", () => {
  test("names whom it could not add, and why, but not all of very many", () => {
    const found = {
      ...nobody,
      alreadyThere: [person("bob")],
      notHere: ["a1", "a2", "a3", "a4", "a5", "a6", "a7"],
    };
    expect(othersWords({ cardCount: 9, others: ["@carol@elsewhere.example"] }, found)).toEqual([
      "In your address book already: @bob.",
      "Not here: @a1, @a2, @a3, @a4, @a5 and 2 more.",
      "On another server: @carol@elsewhere.example.",
    ]);
    expect(othersWords({ cardCount: 1, others: [] }, nobody)).toEqual([]);
  });

  test("says how many contacts were read where none of them led to anybody", () => {
    expect(nobodyFoundWords({ cardCount: 212, others: [] }, nobody)).toMatch(/^212 contacts were/);
    expect(nobodyFoundWords({ cardCount: 1, others: [] }, nobody)).toMatch(/^1 contact was/);
    const known = { ...nobody, alreadyThere: [person("bob")] };
    expect(nobodyFoundWords({ cardCount: 1, others: [] }, known)).toMatch(/already/);
  });
});
