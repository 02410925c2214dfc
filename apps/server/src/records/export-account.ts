import type { AccountId } from "@ringfence/protocol";
import { RefusedError } from "../errors.ts";
import { serverLimits } from "../limits.ts";
import type { Reader } from "../store/store.ts";
import { exportSections } from "./export-sections.ts";

/** Rows by section, and where the next page begins. */
export interface ExportPage {
  records: Record<string, Record<string, unknown>[]>;
  next: string | null;
}

const names = Object.keys(exportSections);

/**
 * A page of everything that is kept of an account. Every section stands in it that begins on this page,
 * also one without rows.
 *
 * @param after `next` of the page before; undefined for the first
 * @throws RefusedError `malformed` for anything else
 */
export async function exportAccount(
  db: Reader,
  account: AccountId,
  after: string | undefined,
): Promise<ExportPage> {
  const [begin, firstKey] = placeOf(after);
  const records: ExportPage["records"] = {};
  let left: number = serverLimits.exportedRowsAtOnceMax;
  for (const name of names.slice(names.indexOf(begin))) {
    const key = name === begin ? firstKey : "";
    if (left === 0) return { records, next: `${name}/${key}` };
    const rows = (await exportSections[name]?.(db, account, key, left)) ?? [];
    records[name] = rows.map(([, row]) => row);
    left -= rows.length;
    if (left === 0) return { records, next: `${name}/${rows.at(-1)?.[0] ?? key}` };
  }
  return { records, next: null };
}

function placeOf(after: string | undefined): [section: string, key: string] {
  const [section = "", key = ""] = (after ?? `${names[0]}/`).split("/", 2);
  if (!names.includes(section)) {
    throw new RefusedError("malformed", "Ask for the export from its beginning.", {
      field: "after",
    });
  }
  return [section, key];
}
