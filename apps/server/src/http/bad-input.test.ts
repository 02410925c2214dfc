import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Person,
  type ServerUnderTest,
  dumpOf,
  password,
  startServer,
  write,
} from "./server-under-test.ts";

let server: ServerUnderTest;
let alice: Person;

beforeAll(async () => {
  server = await startServer();
  alice = await server.signUp("alice");
  await write(await server.signUp("bob"), "alice", "hello");
});
afterAll(() => server[Symbol.asyncDispose]());

const missing = Symbol("missing");

const tooManyPeriods = Array.from({ length: 15 }, () => ({ days: ["mon"], from: 0, to: 60 }));

/** Every field that a client can fill in, and what it must not be filled with. */
const fields: readonly {
  endpoint: [method: string, path: string];
  good: Record<string, unknown>;
  bad: Record<string, readonly unknown[]>;
}[] = [
  {
    endpoint: ["POST", "/api/accounts"],
    good: { handle: "carol", displayName: "Carol", password },
    bad: {
      handle: [
        missing,
        7,
        null,
        "",
        "c",
        "c".repeat(21),
        "1carol",
        "car ol",
        "car\u0000l",
        "cärol",
      ],
      displayName: [
        missing,
        7,
        {},
        "",
        "   ",
        "x".repeat(51),
        "Car\nol",
        "Car\u0000l",
        "\u202eloraC",
      ],
      password: [missing, 7, [], "", "1234567", "x".repeat(257)],
    },
  },
  {
    endpoint: ["POST", "/api/login"],
    good: { handle: "alice", password },
    bad: { handle: [missing, 7, "", "\u0001"], password: [missing, 7, "", "x".repeat(257)] },
  },
  {
    endpoint: ["POST", "/api/login/link"],
    good: { token: "x" },
    bad: { token: [missing, 7, null, "", "x".repeat(101)] },
  },
  {
    endpoint: ["POST", "/api/accounts/me/delete"],
    good: { proof: { type: "password", password } },
    bad: {
      proof: [missing, 7, null, {}, { type: "password" }, { type: "password", password: "" }],
    },
  },
  {
    endpoint: ["PUT", "/api/password"],
    good: { proof: { type: "password", password }, newPassword: "12345678", signOutOthers: true },
    bad: {
      proof: [missing, 7, null, {}, { type: "word", password }],
      newPassword: [missing, 7, null, "1234567", "x".repeat(257)],
      signOutOthers: [missing, 7, null, "true"],
    },
  },
  {
    endpoint: ["POST", "/api/login/reset"],
    good: { token: "x", newPassword: "12345678" },
    bad: {
      token: [missing, 7, null, "", "x".repeat(101)],
      newPassword: [missing, 7, "1234567", "x".repeat(257)],
    },
  },
  {
    endpoint: ["POST", "/api/login/reset/view"],
    good: { token: "x" },
    bad: { token: [missing, 7, null, "", "x".repeat(101)] },
  },
  {
    endpoint: ["POST", "/api/conversations/bob/messages"],
    good: { clientMessageId: randomUUID(), text: "hi" },
    bad: {
      clientMessageId: [missing, 7, "", "not-a-uuid", randomUUID().slice(1)],
      text: [
        missing,
        7,
        null,
        "",
        " \n ",
        "x".repeat(4_001),
        "😀".repeat(4_001),
        "a\u0000b",
        "\ud800",
      ],
    },
  },
  {
    endpoint: ["PUT", "/api/conversations/bob/read"],
    good: { upTo: "0".repeat(26) },
    bad: {
      upTo: [missing, 7, "", "0".repeat(25), "0".repeat(27), "U".repeat(26), "\u0000".repeat(26)],
    },
  },
  {
    endpoint: ["PATCH", "/api/settings/calls"],
    good: { calling: "on" },
    bad: {
      calling: [7, null, "", "unset", "ON"],
      audiences: [7, "mutuals", Array(9).fill("mutuals")],
      hideAddress: [7, "true", null],
      asking: [7, null, "everybody"],
      fading: [7, null, "on"],
      fadingDays: [null, "180", 0, -1, 1.5, 3_651],
      callBack: [7, null],
      unansweredLimit: [7, null],
      doNotDisturb: [7, null, true, { isOn: true }, { isOn: true, until: -1 }],
      quietHours: [
        7,
        null,
        [],
        { timeZone: "UTC" },
        { timeZone: "Atlantis/Capital", periods: [] },
        { timeZone: "+01:00", periods: [] },
        { timeZone: "U".repeat(65), periods: [] },
        { timeZone: "UTC", periods: [{ days: [], from: 0, to: 60 }] },
        { timeZone: "UTC", periods: [{ days: ["someday"], from: 0, to: 60 }] },
        { timeZone: "UTC", periods: [{ days: ["mon"], from: 0, to: 1_440 }] },
        { timeZone: "UTC", periods: [{ days: ["mon"], from: -1, to: 60 }] },
        { timeZone: "UTC", periods: tooManyPeriods },
      ],
    },
  },
  {
    endpoint: ["PUT", "/api/settings/retention"],
    good: { callRecordDays: 7 },
    bad: { callRecordDays: [missing, "7", null, -1, 1.5] },
  },
  {
    endpoint: ["POST", "/api/people/bob/ask"],
    good: { reason: "about tomorrow" },
    bad: { reason: [7, null, "x".repeat(141), "a\u0000b", "\ud800"] },
  },
  {
    endpoint: ["POST", "/api/people/bob/ask/answer"],
    good: { answer: "not-now" },
    bad: { answer: [missing, 7, null, "", "yes"] },
  },
  {
    endpoint: ["PUT", "/api/people/bob/grant"],
    good: { choice: "always" },
    bad: { choice: [missing, 7, "for-ever"], mayBreakThrough: [7, null, "yes"] },
  },
  {
    endpoint: ["PATCH", "/api/people/bob/grant"],
    good: { mayBreakThrough: true },
    bad: { mayBreakThrough: [missing, 7, null] },
  },
  {
    endpoint: ["POST", "/api/address-book/import"],
    good: { handles: ["bob"] },
    bad: { handles: [missing, 7, "bob", [], [7], ["x".repeat(101)], Array(1_001).fill("bob")] },
  },
  {
    endpoint: ["PUT", "/api/people/bob/address-exception"],
    good: { exception: "show" },
    bad: { exception: [missing, 7, "maybe"] },
  },
  {
    endpoint: ["POST", "/api/reports"],
    good: { handle: "bob", about: "person", text: "rings at night" },
    bad: {
      handle: [missing, 7, "", "\u0000"],
      about: [missing, 7, "weather"],
      text: [missing, 7, "x".repeat(501), "a\u0000b"],
    },
  },
  {
    endpoint: ["POST", "/api/invitations/agree"],
    good: { token: "x" },
    bad: { token: [missing, 7, null, "", "x".repeat(101)] },
  },
];

const table = fields.flatMap(({ endpoint: [method, path], good, bad }) =>
  Object.entries(bad).flatMap(([field, values]) =>
    values.map((value) => ({ method, path, field, value, good, shown: shown(value) })),
  ),
);

describe("a field that is not what it must be is named, and nothing changes", () => {
  test.each(table)("$method $path: $field $shown", async ({ method, path, field, value, good }) => {
    const before = await dumpOf(server);
    const { [field]: _, ...rest } = good;
    const body = value === missing ? rest : { ...rest, [field]: value };
    const answer = await alice.send(method, path, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: "malformed", message: expect.stringMatching(/\.$/) });
    expect((answer.body as { field: string }).field.split(".")[0]).toBe(field);
    expect(await dumpOf(server)).toEqual(before);
  });

  test("an audience that does not exist is named by its place", async () => {
    const answer = await alice.send("PATCH", "/api/settings/calls", {
      audiences: ["mutuals", "x"],
    });
    expect(answer.body).toMatchObject({ code: "malformed", field: "audiences.1" });
  });

  test.each([
    ["/api/people?startsWith=" + "x".repeat(51), "startsWith"],
    ["/api/people?startsWith=a&startsWith=b", "startsWith"],
    ["/api/people?after=%00", "after"],
    ["/api/people/a", "handle"],
    ["/api/people/%00%00", "handle"],
    [`/api/people/${"a".repeat(21)}`, "handle"],
    ["/api/conversations", "place"],
    ["/api/conversations?place=hidden", "place"],
    ["/api/conversations?place=inbox&before=" + "0".repeat(27), "before"],
    ["/api/conversations/bob/entries?before=" + "0".repeat(27), "before"],
    ["/api/conversations/%27%20or%201=1/entries", "handle"],
    ["/api/asks?before=x", "before"],
    ["/api/grants?after=%00", "after"],
    ["/api/who-may-ring?after=%00", "after"],
    ["/api/attempts?before=" + "0".repeat(41), "before"],
  ])("GET %s", async (path, field) => {
    const answer = await alice.send("GET", path);
    expect(answer).toMatchObject({ status: 400, body: { code: "malformed", field } });
  });

  test.each([
    ["DELETE", "/api/devices/nonsense", "deviceId"],
    ["POST", "/api/calls/nonsense/bye", "callId"],
    ["PUT", "/api/people/-/follow", "handle"],
    ["DELETE", "/api/people/-/never", "handle"],
    ["DELETE", "/api/people/-/ask", "handle"],
    ["DELETE", "/api/people/bob/follow?endGrant=perhaps", "endGrant"],
    ["DELETE", "/api/invitations/nonsense", "invitationId"],
  ])("%s %s", async (method, path, field) => {
    const answer = await alice.send(method, path);
    expect(answer).toMatchObject({ status: 400, body: { code: "malformed", field } });
  });
});

test("a field that nobody asked for is not kept", async () => {
  const answer = await server
    .browser()
    .send("POST", "/api/accounts", { handle: "dave", displayName: "D", password, id: "x" });
  expect(answer.status).toBe(200);
  expect(answer.text).not.toContain('"x"');
});

test.each(["'; drop table account; --", "%", "_", "a%", "\\", '"', "{", "😀"])(
  "a search for %s finds nobody and breaks nothing",
  async (text) => {
    const answer = await alice.send("GET", `/api/people?startsWith=${encodeURIComponent(text)}`);
    expect(answer).toMatchObject({ status: 200, body: { people: [], next: null } });
  },
);

function shown(value: unknown): string {
  if (value === missing) return "missing";
  const json = JSON.stringify(value);
  return json.length > 30 ? `${json.slice(0, 12)}... of ${json.length} characters` : json;
}
