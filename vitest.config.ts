import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{packages,apps}/*/src/**/*.test.ts", "tests/*.test.ts", "bench/**/*.test.ts"],
    restoreMocks: true,
  },
});
