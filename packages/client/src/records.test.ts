import { expect, it } from "vitest";
import { ApiClient } from "./api.ts";
import { RecordsAccess } from "./records.ts";

const pages = [
  { records: { account: [{ handle: "alice" }], messages: [{ id: "1" }] }, next: "messages/1" },
  { records: { messages: [{ id: "2" }], calls: [] }, next: null },
];

it("an export is put together from all its pages, in their order", async () => {
  const asked: string[] = [];
  const fetch = async (input: string | URL | Request) => {
    asked.push(input instanceof Request ? input.url : input.toString());
    return Response.json(pages[asked.length - 1]);
  };
  const records = new RecordsAccess(new ApiClient({ origin: "", fetch }), () => 7, {
    onTold() {},
    onChosen() {},
  });
  const file = await records.export();
  expect(asked).toEqual(["/api/accounts/me/export", "/api/accounts/me/export?after=messages%2F1"]);
  expect(JSON.parse(await file.text())).toEqual({
    format: "ringfence-export",
    version: 1,
    exportedAt: 7,
    records: { account: [{ handle: "alice" }], messages: [{ id: "1" }, { id: "2" }], calls: [] },
  });
});

it("an export of which a page is missing is none", async () => {
  let count = 0;
  const fetch = async () => {
    const error = { code: "unavailable", message: "Not now." };
    return count++ === 0 ? Response.json(pages[0]) : Response.json(error, { status: 503 });
  };
  const records = new RecordsAccess(new ApiClient({ origin: "", fetch }), () => 7, {
    onTold() {},
    onChosen() {},
  });
  await expect(records.export()).rejects.toThrow("Not now.");
});
