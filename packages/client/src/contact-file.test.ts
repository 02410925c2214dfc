import { Handle, type Person } from "@ringfence/protocol";
import { describe, expect, test } from "vitest";
import { readContacts, writeContacts } from "./contact-file.ts";

const host = "calls.example.org";

function card(...lines: string[]): string {
  return ["BEGIN:VCARD", "VERSION:3.0", "FN:Somebody", ...lines, "END:VCARD", ""].join("\r\n");
}

const person = (handle: string, displayName = handle): Person => ({
  handle: Handle.parse(handle),
  displayName,
});

describe("an address book as a file", () => {
  test("is read back as it was written, whatever the names are", () => {
    const people = [
      person("bob", "Bob, the; builder\\"),
      person("carol", "Łukasz 🙂 of a very long name, longer than a line"),
      person("d_9"),
    ];
    for (const origin of [
      "https://calls.example.org",
      "http://localhost:8480",
      "http://[::1]:80",
    ]) {
      const text = writeContacts(people, origin);
      expect(readContacts(text, new URL(origin).host)).toEqual({
        cardCount: 3,
        handles: ["bob", "carol", "d_9"],
        others: [],
      });
    }
  });

  test("has the account in IMPP, as RFC 7565 writes one", () => {
    const text = writeContacts([person("bob", "Bob")], "http://localhost:8480");
    expect(text.split("\r\n")).toEqual([
      "BEGIN:VCARD",
      "VERSION:4.0",
      "FN:Bob",
      "IMPP;X-SERVICE-TYPE=Ringfence:acct:bob@localhost%3A8480",
      "URL:http://localhost:8480/people/@bob",
      "END:VCARD",
      "",
    ]);
  });
});

describe("an account in a card", () => {
  test.each([
    ["IMPP of this server", "IMPP:acct:bob@calls.example.org"],
    ["IMPP in other letters", "item1.impp;type=HOME:ACCT:Bob@Calls.Example.org"],
    ["IMPP over two lines", "IMPP:acct:bob@calls.exam\r\n ple.org"],
    ["IMPP with a colon that an old writer escaped", "IMPP:acct\\:bob@calls.example.org"],
    ["a telephone's own service", "IMPP;X-SERVICE-TYPE=Ringfence;type=pref:x-apple:bob"],
    ["a telephone's own service with an @", "IMPP;X-SERVICE-TYPE=ringfence:x-apple:%40bob"],
    ["the page of a person", "URL:https://calls.example.org/people/@bob"],
    ["a page in a vCard 2.1", "URL;WORK:https://calls.example.org/people/@bob"],
  ])("is found in %s", (_where, line) => {
    expect(readContacts(card(line), host)).toMatchObject({ handles: ["bob"], others: [] });
  });

  test.each([
    ["another server", "IMPP:acct:bob@elsewhere.example", "@bob@elsewhere.example"],
    [
      "this name on another port",
      "IMPP:acct:bob@calls.example.org%3A81",
      "@bob@calls.example.org:81",
    ],
    ["no handle", "IMPP:acct:bob.smith@calls.example.org", "@bob.smith@calls.example.org"],
  ])("of %s is nobody of this server", (_what, line, written) => {
    expect(readContacts(card(line), host)).toMatchObject({ handles: [], others: [written] });
  });

  test.each([
    ["another service", "IMPP:xmpp:bob@calls.example.org"],
    ["another service of a telephone", "IMPP;X-SERVICE-TYPE=Skype:x-apple:bob"],
    ["a web page elsewhere", "URL:https://example.org/people/@bob"],
    ["another page here", "URL:https://calls.example.org/about"],
    ["a mail address", "EMAIL:bob@calls.example.org"],
    ["a note", "NOTE:IMPP:acct:bob@calls.example.org"],
    ["nonsense", "IMPP;;;=::%%%"],
  ])("is not %s", (_what, line) => {
    expect(readContacts(card(line), host)).toEqual({ cardCount: 1, handles: [], others: [] });
  });

  test("counts once, however many cards name it, and a broken card costs only itself", () => {
    const text = [
      card("IMPP:acct:bob@calls.example.org", "URL:https://calls.example.org/people/@bob"),
      card("a line that is none", "TEL;CELL:+1", "IMPP:acct:bob@calls.example.org"),
      card("IMPP:acct:carol@calls.example.org").replace("END:VCARD", ""),
      card(),
    ].join("");
    expect(readContacts(text, host)).toEqual({
      cardCount: 4,
      handles: ["bob", "carol"],
      others: [],
    });
  });

  test.each(["", "name,phone\nBob,+1", "%PDF-1.7"])("is in no file such as %j", (text) => {
    expect(readContacts(text, host).cardCount).toBe(0);
  });
});
