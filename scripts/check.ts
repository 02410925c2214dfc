import { codeSteps } from "./code-steps.ts";
import { runSteps } from "./step.ts";

/** `npm run check`: what takes seconds, to be run while working. */
process.exitCode = await runSteps(codeSteps());
