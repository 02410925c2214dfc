/** What the doctor looks at. The names are the same in `--json` from version to version. */
export type CheckName =
  | "settings"
  | "node"
  | "memory"
  | "files"
  | "disk"
  | "data"
  | "database"
  | "bus"
  | "secret"
  | "clock"
  | "certificate"
  | "server"
  | "address"
  | "web"
  | "proxy"
  | "websocket"
  | "relay"
  | "push";

/** One line of the doctor's. */
export interface Finding {
  readonly check: CheckName;
  /** With a `fault` people cannot use something; with a `warning` they can, for now or for the most part. */
  readonly level: "good" | "warning" | "fault";
  /** What was found and what it means, in whole sentences. */
  readonly found: string;
  /** What to do; null where all is well. */
  readonly todo: string | null;
}

export function good(check: CheckName, found: string): Finding {
  return { check, level: "good", found, todo: null };
}

export function warning(check: CheckName, found: string, todo: string): Finding {
  return { check, level: "warning", found, todo };
}

export function fault(check: CheckName, found: string, todo: string): Finding {
  return { check, level: "fault", found, todo };
}

const nameColumns = 13;

/** As a line for a person. */
export function lineOf({ check, level, found, todo }: Finding): string {
  const words = todo === null ? found : `${found} ${todo}`;
  return `${level.padEnd(8)} ${check.padEnd(nameColumns)} ${words.replaceAll("\n", " ")}`;
}

/** The last line: how many there are of what. */
export function summaryOf(findings: readonly Finding[]): string {
  const count = (level: Finding["level"], one: string, many: string) => {
    const number = findings.filter((finding) => finding.level === level).length;
    return `${number} ${number === 1 ? one : many}`;
  };
  return `${count("fault", "fault", "faults")}, ${count("warning", "warning", "warnings")}, ${count("good", "check", "checks")} without a complaint.`;
}
