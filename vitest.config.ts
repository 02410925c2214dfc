import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{packages,apps}/*/src/**/*.test.ts", "tests/*.test.ts", "bench/**/*.test.ts"],
    restoreMocks: true,
    // Many tests start processes. A machine that stalls for seconds is no fault of theirs; what
    // needs a second try is marked in the report (`retry x1`), and is to be looked at.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    retry: 1,
  },
});
