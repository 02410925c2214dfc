import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{packages,apps}/*/src/**/*.test.ts", "tests/*.test.ts", "bench/**/*.test.ts"],
    restoreMocks: true,
    // Threads and processes that tests start would each load the compiler for types, which is written
    // in WebAssembly; V8 now and then aborts a process in which threads with that come and go.
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/tests", import.meta.url)),
    },
  },
});
