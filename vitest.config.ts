import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "{packages,apps}/*/src/**/*.test.ts",
      "tests/{,network/,hostile/,services/}*.test.ts",
      "bench/**/*.test.ts",
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
