import { benchInSmall } from "./bench-in-small.ts";
import { codeSteps } from "./code-steps.ts";
import { findChromium } from "./find-chromium.ts";
import { commands, runSteps } from "./step.ts";
import { browserTests } from "./test-steps.ts";

/** `npm test`: everything that has to hold before a change lands. */
process.exitCode = await runSteps([
  ...codeSteps(),
  commands("Web build", ["node", "scripts/prepare.mjs"]),
  findChromium,
  browserTests,
  benchInSmall,
]);
