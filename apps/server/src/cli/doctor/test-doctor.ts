import { expect } from "vitest";
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

/** That one line of this name is a fault that says this, with a next step, and the exit code too. */
export function expectFault(examined: Examination, check: CheckName, words: RegExp): void {
  const faults = examined.of(check).filter(({ level }) => level === "fault");
  expect(faults, JSON.stringify(examined.findings, null, 2)).toContainEqual({
    check,
    level: "fault",
    found: expect.stringMatching(words),
    todo: expect.stringMatching(/\w\)?\.( |$)|chmod/),
  });
  expect(examined.exitCode).toBe(1);
}
