import { Handle, limits } from "@ringfence/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bob, carol, online, openWorld, type TestWorld } from "../test/test-client.ts";
import { clientLimits } from "./limits.ts";

let world: TestWorld;

beforeEach(async () => {
  world = await openWorld();
  await online(world);
});

afterEach(() => world[Symbol.asyncDispose]());

const book = () => world.client.addressBook;
const card = (account: string) => `BEGIN:VCARD\r\nVERSION:4.0\r\nIMPP:${account}\r\nEND:VCARD\r\n`;

describe("a file of contacts", () => {
  test("is read here: nothing of it is sent", async () => {
    const { host } = new URL(world.server.origin);
    const here = `acct:bob@${encodeURIComponent(host)}`;
    const read = await book().readFile(
      new Blob([card(here), card("acct:carol@elsewhere.example")]),
    );
    const contacts = { cardCount: 2, handles: ["bob"], others: ["@carol@elsewhere.example"] };
    expect(read).toEqual({ outcome: "read", contacts });
    expect(world.server.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("of an older telephone may be in letters that are no UTF-8", async () => {
    const bytes = new Uint8Array([0x46, 0x4e, 0x3a, 0xe4, 0x0a]);
    const read = await book().readFile(new Blob(["BEGIN:VCARD\n", bytes, "END:VCARD\n"]));
    expect(read).toMatchObject({ outcome: "read", contacts: { cardCount: 1 } });
  });

  test("that is too large is not read", async () => {
    const file = new Blob([new Uint8Array(clientLimits.contactFileBytesMax + 1)]);
    expect(await book().readFile(file)).toEqual({ outcome: "too-large" });
  });

  test("that names more people than a book can hold says so", async () => {
    const host = encodeURIComponent(new URL(world.server.origin).host);
    const lines = Array.from(
      { length: limits.addressBookEntriesMax + 1 },
      (_, number) => `IMPP:acct:h${number}@${host}\n`,
    );
    const file = new Blob(["BEGIN:VCARD\n", ...lines, "END:VCARD\n"]);
    expect(await book().readFile(file)).toEqual({ outcome: "too-many" });
  });

  test("that holds no contacts says so", async () => {
    expect(await book().readFile(new Blob(["name,phone"]))).toEqual({ outcome: "no-contacts" });
  });

  test("is written with everybody in the book, page by page", async () => {
    world.answers.set("GET /api/address-book", ({ path }) => ({
      status: 200,
      body: path.includes("after=bob")
        ? { people: [carol], next: null }
        : { people: [bob], next: bob.handle },
    }));
    const file = await book().writeFile();
    expect(file.type).toBe("text/vcard");
    expect(await book().readFile(file)).toMatchObject({
      contacts: { handles: ["bob", "carol"], others: [] },
    });
  });
});

describe("an import", () => {
  test("goes in as many requests as it takes, and first as a trial", async () => {
    const bodies: { handles: string[]; isTrial: boolean }[] = [];
    world.answers.set("POST /api/address-book/import", ({ body }) => {
      bodies.push(body as (typeof bodies)[number]);
      const [handle = ""] = bodies.at(-1)?.handles ?? [];
      return { status: 200, body: { added: [bob], alreadyThere: [], notHere: [handle] } };
    });
    world.answers.set("GET /api/address-book", () => ({
      status: 200,
      body: { people: [bob], next: null },
    }));
    const handles = Array.from({ length: limits.addressBookImportMax + 1 }, (_, number) =>
      Handle.parse(`h${number}`),
    );
    const found = await book().look(handles);
    expect(bodies.map((body) => [body.handles.length, body.isTrial])).toEqual([
      [limits.addressBookImportMax, true],
      [1, true],
    ]);
    expect(found.notHere).toEqual(["h0", `h${limits.addressBookImportMax}`]);
    await book().add([bob.handle]);
    expect(bodies.at(-1)).toEqual({ handles: ["bob"], isTrial: false });
    expect(book().people.list.get()).toMatchObject({ items: [bob], hasMore: false });
  });
});
