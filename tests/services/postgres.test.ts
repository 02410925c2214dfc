import { Client } from "pg";
import { describe, expect, it } from "vitest";
import { hasPostgres, startPostgres } from "./postgres.ts";

describe.runIf(hasPostgres())("a PostgreSQL of the tests' own", () => {
  it("answers at its address, and again there after it was stopped", async () => {
    await using postgres = await startPostgres();
    const ask = async () => {
      const client = new Client(postgres.url);
      await client.connect();
      const { rows } = await client.query("select 6 * 7 as answer");
      await client.end();
      return rows;
    };
    expect(await ask()).toEqual([{ answer: 42 }]);
    await postgres.stop();
    await expect(ask()).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await postgres.start();
    expect(await ask()).toEqual([{ answer: 42 }]);
  });
});
