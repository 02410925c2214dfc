import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Step, type Tally, runCommand } from "./step.ts";

/** Unit and API tests. */
export const unitTests: Step = {
  title: "Unit and API tests",
  run: () =>
    counted(tallyOfVitest, (report) =>
      runCommand([
        "vitest",
        "run",
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${report}`,
      ]),
    ),
};

/** Two people in real browsers. */
export const browserTests: Step = {
  title: "Browser tests",
  run: () =>
    counted(tallyOfPlaywright, (report) =>
      runCommand(["playwright", "test", "-c", "tests/browser/playwright.config.ts"], {
        PLAYWRIGHT_JSON_OUTPUT_FILE: report,
      }),
    ),
};

/** Runs tests and reads what they report about themselves. */
async function counted(
  tallyOf: (report: unknown) => Tally,
  run: (reportPath: string) => Promise<boolean>,
) {
  const directory = mkdtempSync(join(tmpdir(), "ringfence-report-"));
  const path = join(directory, "report.json");
  try {
    const holds = await run(path);
    return { holds, tally: tallyOf(readReport(path)) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Nothing when the run ended before it could report; the step has failed then. */
function readReport(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return {};
  }
}

function tallyOfVitest(report: unknown): Tally {
  const {
    numPassedTests: passed = 0,
    numFailedTests: failed = 0,
    numPendingTests: skipped = 0,
  } = report as Record<string, number | undefined>;
  return { passed, failed, skipped, flaky: 0 };
}

function tallyOfPlaywright(report: unknown): Tally {
  const { stats = {} } = report as { stats?: Record<string, number | undefined> };
  const { expected = 0, flaky = 0, unexpected = 0, skipped = 0 } = stats;
  return { passed: expected + flaky, failed: unexpected, skipped, flaky };
}
