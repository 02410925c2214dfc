import { type RingfenceOptions, ringfence } from "../test-ringfence.ts";
import type { CheckName, Finding } from "./finding.ts";

/** What `ringfence doctor` said, and how it ended. */
export interface Examination {
  readonly findings: readonly Finding[];
  readonly exitCode: number | null;
  /** The findings of one name. */
  of(check: CheckName): readonly Finding[];
}

/** Runs the doctor in a directory with these settings and no others. */
export async function examine(options: RingfenceOptions): Promise<Examination> {
  const command = ringfence(["doctor", "--json"], options);
  const exitCode = await command.exited();
  const said = command.said();
  let findings: Finding[];
  try {
    findings = JSON.parse(said) as Finding[];
  } catch {
    throw new Error(`The doctor did not answer in JSON, but:\n${said}`);
  }
  return {
    findings,
    exitCode,
    of: (check) => findings.filter((finding) => finding.check === check),
  };
}

/**
 * What the faults of this name say, which the exit code has to tell too, and which all have to have a
 * next step.
 */
export function faultIn(examined: Examination, check: CheckName): string {
  const faults = examined.of(check).filter(({ level }) => level === "fault");
  const isTold =
    examined.exitCode === 1 && faults.every(({ todo }) => /\w.*\.$|chmod/.test(todo ?? ""));
  if (faults.length > 0 && isTold) return faults.map(({ found }) => found).join("\n");
  throw new Error(`no fault of ${check} in ${JSON.stringify(examined, null, 2)}`);
}
