import { randomBytes } from "node:crypto";
import {
  type AccountId,
  type Handle,
  type NewReport,
  ReportId,
  idRandomBytes,
  makeId,
} from "@ringfence/protocol";
import type { Reader, Write } from "../store/store.ts";

/** A report as the operator reads it. */
export interface Report {
  id: ReportId;
  reporter: Handle;
  /** As it was when it was reported. */
  reported: Handle;
  /** Whether the account that was reported is there no more. */
  isReportedGone: boolean;
  about: NewReport["about"];
  text: string;
  /** Unix time in milliseconds. */
  at: number;
}

/**
 * Tells the operator about a person, who is told nothing. It stays when that person's account is
 * deleted, and goes with the reporter's.
 */
export async function report(
  write: Write,
  me: AccountId,
  other: AccountId,
  { about, text }: NewReport,
): Promise<void> {
  const { handle } = await write.db
    .selectFrom("account")
    .select("handle")
    .where("id", "=", other)
    .executeTakeFirstOrThrow();
  await write.db
    .insertInto("report")
    .values({
      id: ReportId.parse(makeId(write.now, randomBytes(idRandomBytes))),
      reporter_id: me,
      reported_id: other,
      reported_handle: handle,
      about,
      text,
      created_at: write.now,
      closed_at: null,
    })
    .execute();
}

/** The reports that nobody closed, the oldest first. */
export async function listOpenReports(db: Reader): Promise<Report[]> {
  const rows = await db
    .selectFrom("report")
    .innerJoin("account as reporter", "reporter.id", "report.reporter_id")
    .select([
      "report.id",
      "reporter.handle as reporter",
      "report.reported_id",
      "report.reported_handle as reported",
      "report.about",
      "report.text",
      "report.created_at as at",
    ])
    .where("report.closed_at", "is", null)
    .orderBy("report.id")
    .execute();
  return rows.map(({ reported_id: reportedId, ...row }) => ({
    ...row,
    isReportedGone: reportedId === null,
  }));
}

/**
 * It is forgotten `closedReportKeptMs` later.
 *
 * @returns whether there was an open report of this id
 */
export async function closeReport(write: Write, id: ReportId): Promise<boolean> {
  const closed = await write.db
    .updateTable("report")
    .set({ closed_at: write.now })
    .where("id", "=", id)
    .where("closed_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  return closed !== undefined;
}
