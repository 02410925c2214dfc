import { PassThrough, Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { confirmTarget } from "./confirm-target.ts";

async function confirm(origin: string, typed: string): Promise<string> {
  const output = new PassThrough();
  await confirmTarget(origin, { input: Readable.from([typed]), output });
  return String(output.read() ?? "");
}

describe("the host name", () => {
  it("is to be typed before anything is asked of another machine", async () => {
    const said = await confirm("https://calls.example.org:8443", "calls.example.org\n");
    expect(said).toContain("Type calls.example.org to go on:\n");
  });

  it.each([[""], ["\n"], ["y\n"], ["example.org\n"], ["Calls.example.org \n"]])(
    "is nothing else: %j",
    async (typed) => {
      await expect(confirm("https://calls.example.org", typed)).rejects.toMatchObject({
        code: "not-confirmed",
      });
    },
  );

  it.each([["http://localhost:8480"], ["http://127.0.0.1"], ["https://[::1]:8480"]])(
    "is not asked for on this machine: %s",
    async (origin) => {
      expect(await confirm(origin, "")).toBe("");
    },
  );
});
