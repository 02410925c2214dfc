import { defineConfig } from "@playwright/test";
import { chromiumArguments, chromiumPath } from "./chromium.ts";

export default defineConfig({
  testDir: ".",
  outputDir: "../../test-results",
  fullyParallel: true,
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  // A machine that stalls for seconds is no fault of the product. What passes only at the second
  // try is counted and named as flaky, and is to be looked at.
  retries: 1,
  reporter: process.env["PLAYWRIGHT_JSON_OUTPUT_FILE"] ? [["list"], ["json"]] : [["list"]],
  use: {
    launchOptions: { executablePath: chromiumPath(), args: chromiumArguments },
    permissions: ["camera", "microphone"],
    reducedMotion: "reduce",
    screenshot: "only-on-failure",
  },
});
