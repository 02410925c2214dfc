import { globSync } from "node:fs";
import { type Step, checkout, commands } from "./step.ts";
import { unitTests } from "./test-steps.ts";

/** What is checked without a browser: layout, lint, types, unused code, unit and API tests. */
export function codeSteps(): Step[] {
  return [
    commands("Formatting", ["oxfmt", "--check", "."]),
    commands("Lint", ["oxlint", "--deny-warnings", "--type-aware"]),
    commands("Types", ...typeChecks()),
    // Strict looks at what runs, and without it at the tests and scripts too.
    commands(
      "Unused code",
      ["knip", "--no-config-hints"],
      ["knip", "--strict", "--no-config-hints"],
    ),
    unitTests,
  ];
}

/** Every environment has a tsconfig of its own; the one at the top is for tests and scripts. */
function typeChecks(): string[][] {
  const environments = globSync("{packages,apps}/*/tsconfig*.json", { cwd: checkout });
  return [...environments.toSorted(), "tsconfig.json"].map((path) => ["tsc", "-p", path]);
}
