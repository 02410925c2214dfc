import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { hasPostgres } from "./tests/services/postgres.ts";

const serverTests = globSync("apps/server/src/**/*.test.ts", { cwd: import.meta.dirname });

/** Those that are about nothing else. */
const ofPostgres = "apps/server/src/**/postgres*.test.ts";

/** Those that open a database by what the tests share, and so can be run on another. */
function testsOfDatabase(): string[] {
  const opens = /(test-store|test-world|server-under-test)\.ts"/;
  return [ofPostgres, ...serverTests.filter((path) => opens.test(readFileSync(path, "utf8")))];
}

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "files",
          include: [
            "{packages,apps}/*/src/**/*.test.ts",
            "tests/{,network/,hostile/,services/,cluster/}*.test.ts",
            "bench/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", ofPostgres],
        },
      },
      {
        extends: true,
        test: {
          name: "postgres",
          include: hasPostgres() ? testsOfDatabase() : [],
          globalSetup: "tests/services/postgres-of-tests.ts",
        },
      },
    ],
    restoreMocks: true,
    // Many tests start processes. A machine that stalls for seconds is no fault of theirs; what
    // needs a second try is marked in the report (`retry x1`), and is to be looked at.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    retry: 1,
    // Threads and processes that tests start would each load the compiler for types, which is written
    // in WebAssembly; V8 now and then aborts a process in which threads with that come and go.
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/tests", import.meta.url)),
    },
  },
});
