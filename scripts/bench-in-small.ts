import { adviceFor, bringTools, tools } from "../bench/tools.ts";
import { type Step, runCommand } from "./step.ts";

/** Runs the relay's benchmark for seconds, so that it keeps working. What it measures is not judged. */
export const benchInSmall: Step = {
  title: "Relay benchmark in small",
  async run() {
    const reason = reasonToSkip();
    if (reason !== undefined) {
      console.log(`Skipped. ${reason}`);
      return { holds: true, tally: { passed: 0, failed: 0, skipped: 1, flaky: 0 } };
    }
    const holds = await runCommand(["node", "bench/relay/main.ts", "--quick"]);
    const tally = { passed: holds ? 1 : 0, failed: holds ? 0 : 1, skipped: 0, flaky: 0 };
    return { holds, tally };
  },
};

function reasonToSkip(): string | undefined {
  if (process.platform !== "linux") return "It reads the CPU of processes from /proc of Linux.";
  const missing = bringTools(Object.values(tools)).filter((tool) => tool !== tools.coturn);
  return missing.length === 0 ? undefined : adviceFor(missing);
}
