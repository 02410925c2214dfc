import { adviceFor, bringTools, tools } from "../bench/tools.ts";
import { type Step, runCommand } from "./step.ts";

/** Runs benchmarks for seconds, so that they keep working. What they measure is not judged. */
export const benchInSmall: Step = {
  title: "Benchmarks in small",
  async run() {
    const reason = reasonToSkip();
    if (reason !== undefined) {
      console.log(`Skipped. ${reason}`);
      return { holds: true, tally: { passed: 0, failed: 0, skipped: 1, flaky: 0 } };
    }
    const tally = { passed: 0, failed: 0, skipped: 0, flaky: 0 };
    for (const benchmark of ["relay", "signalling"]) {
      const holds = await runCommand(["node", `bench/${benchmark}/main.ts`, "--quick"]);
      tally[holds ? "passed" : "failed"]++;
    }
    return { holds: tally.failed === 0, tally };
  },
};

const neededTools = [tools.compiler, tools.openssl, tools.taskset];

function reasonToSkip(): string | undefined {
  if (process.platform !== "linux") return "It reads the CPU of processes from /proc of Linux.";
  const missing = bringTools(neededTools);
  return missing.length === 0 ? undefined : adviceFor(missing);
}
