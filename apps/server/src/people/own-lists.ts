import type { AccountId, AddressException, Handle, Person } from "@ringfence/protocol";
import { limits } from "@ringfence/protocol";
import type { Reader } from "../store/store.ts";

/** One page of a list; `next` is the handle to ask for more after, null at the end. */
export interface OwnPage<Line> {
  lines: Line[];
  next: Handle | null;
}

/** The people whom an account keeps, or of whom it said never, by handle. */
export async function listOwnPeople(
  db: Reader,
  list: "address_book_entry" | "never",
  me: AccountId,
  after: Handle | undefined,
): Promise<OwnPage<Person>> {
  let query = db
    .selectFrom(list)
    .innerJoin("account", "account.id", `${list}.other_id`)
    .select(["account.handle", "account.display_name"])
    .where(`${list}.owner_id`, "=", me)
    .orderBy("account.handle")
    .limit(limits.pageEntriesMax + 1);
  if (after !== undefined) query = query.where("account.handle", ">", after);
  return pageOf(await query.execute(), personOf);
}

export interface OwnException {
  person: Person;
  exception: AddressException;
}

/** The people for whom something else holds than *Hide my address*, by handle. */
export async function listAddressExceptions(
  db: Reader,
  me: AccountId,
  after: Handle | undefined,
): Promise<OwnPage<OwnException>> {
  let query = db
    .selectFrom("address_exception")
    .innerJoin("account", "account.id", "address_exception.other_id")
    .select(["account.handle", "account.display_name", "address_exception.exception"])
    .where("address_exception.owner_id", "=", me)
    .orderBy("account.handle")
    .limit(limits.pageEntriesMax + 1);
  if (after !== undefined) query = query.where("account.handle", ">", after);
  return pageOf(await query.execute(), (row) => ({
    person: personOf(row),
    exception: row.exception,
  }));
}

interface PersonRow {
  handle: Handle;
  display_name: string;
}

function personOf(row: PersonRow): Person {
  return { handle: row.handle, displayName: row.display_name };
}

function pageOf<Row extends PersonRow, Line>(
  rows: readonly Row[],
  lineOf: (row: Row) => Line,
): OwnPage<Line> {
  const page = rows.slice(0, limits.pageEntriesMax);
  const next = rows.length > page.length ? (page.at(-1)?.handle ?? null) : null;
  return { lines: page.map(lineOf), next };
}
