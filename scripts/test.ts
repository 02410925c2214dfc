import { benchInSmall } from "./bench-in-small.ts";
import { codeSteps } from "./code-steps.ts";
import { findPrograms } from "./find-programs.ts";
import { commands, runSteps } from "./step.ts";
import { browserTests } from "./test-steps.ts";

/** `npm test`: everything that has to hold before a change lands. */
process.exitCode = await runSteps([
  // First: what it installs the unit tests need too.
  findPrograms,
  ...codeSteps(),
  commands("Web build", ["node", "scripts/prepare.mjs"]),
  browserTests,
  benchInSmall,
]);
