import { ReportId } from "@ringfence/protocol";
import { OperatorError } from "../operator-error.ts";
import { closeReport, listOpenReports } from "../reports/reports.ts";
import type { Store } from "../store/store.ts";

/** `ringfence reports`: what people wrote to the operator and nobody closed yet. */
export async function printReports(store: Store): Promise<void> {
  const reports = await listOpenReports(store.db);
  if (reports.length === 0) {
    console.log("There is no open report.");
    return;
  }
  for (const { id, reporter, reported, isReportedGone, about, text, at } of reports) {
    const when = new Date(at).toISOString().slice(0, 16).replace("T", " ");
    const subject = about === "attempt" ? "an attempt to call" : "the person";
    const gone = isReportedGone ? ", who deleted the account since," : "";
    console.log(`${id}  ${when} UTC  @${reporter} reports @${reported}${gone} (${subject})
  ${text === "" ? "(no words)" : withoutControls(text)}
`);
  }
  console.log("Close one with: ringfence reports --close <id>");
}

/**
 * `ringfence reports --close <id>`.
 *
 * @throws OperatorError `no-such-report`
 */
export async function closeReportById(store: Store, typed: string): Promise<void> {
  const id = ReportId.safeParse(typed);
  const isClosed = id.success && (await store.write((write) => closeReport(write, id.data)));
  if (isClosed) {
    console.log("Closed.");
    return;
  }
  throw new OperatorError("no-such-report", `There is no open report ${typed}.`);
}

/** What somebody wrote shall not move the cursor of the operator's terminal. */
function withoutControls(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ");
}
