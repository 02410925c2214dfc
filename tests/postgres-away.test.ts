import { describe, expect, test } from "vitest";
import { createInProcessBus } from "../apps/server/src/bus/in-process-bus.ts";
import { openPostgresStore } from "../apps/server/src/store/postgres/postgres-store.ts";
import type { Store } from "../apps/server/src/store/store.ts";
import { hasPostgres, startPostgres } from "./services/postgres.ts";

const parts = { bus: createInProcessBus(), now: Date.now, logError: () => {} };

function note(store: Store, value: string): Promise<unknown> {
  return store.write(({ db }) =>
    db
      .insertInto("server_note")
      .values({ name: "ready-check", value })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
      .execute(),
  );
}

describe.runIf(hasPostgres())("a PostgreSQL", () => {
  test("that goes away fails writes and reads by a code, and is used again once it is back", async () => {
    await using postgres = await startPostgres();
    await using store = await openPostgresStore(postgres.url, parts);
    await note(store, "before");
    await postgres.stop();
    const read = () => store.db.selectFrom("server_note").select("value").execute();
    await expect(note(store, "meanwhile")).rejects.toMatchObject({ code: "internal" });
    await expect(read()).rejects.toMatchObject({ code: "internal" });
    await postgres.start();
    expect(await read()).toEqual([{ value: "before" }]);
    await note(store, "after");
    expect(await read()).toEqual([{ value: "after" }]);
  });

  test("that cannot be used is named, with what can be done, and never with its password", async () => {
    await using postgres = await startPostgres();
    const url = (change: (address: URL) => void) => {
      const address = new URL(postgres.url);
      change(address);
      return address.href;
    };
    for (const [address, words] of [
      [url((at) => (at.port = "1")), "Nothing answers there. Start PostgreSQL"],
      [url((at) => (at.hostname = "nowhere.invalid")), "There is no machine of that name"],
      [url((at) => (at.pathname = "/nothing")), "There is no database of that name. Make it"],
      [url((at) => (at.username = "stranger")), "It does not let this user in"],
      [
        url((at) => {
          at.username = "guarded";
          at.password = "not-the-password";
        }),
        "It refuses the password",
      ],
      [url((at) => (at.search = "sslmode=verify-full")), "It does not speak TLS"],
    ] as const) {
      const opening = openPostgresStore(address, parts);
      await expect(opening).rejects.toMatchObject({
        code: "database-unusable",
        message: expect.stringContaining(words),
      });
      await expect(opening).rejects.not.toThrow("not-the-password");
    }
  });
});
