import type { AccountId, Handle, PersonView } from "@ringfence/protocol";
import { limits } from "@ringfence/protocol";
import { grantView } from "../calls/grant-view.ts";
import { callStandingOf } from "../calls/pair-facts.ts";
import type { Reader } from "../store/store.ts";

/** A person as another sees them; undefined when there is no such account. */
export async function personView(
  db: Reader,
  viewer: AccountId,
  other: AccountId,
  now: number,
): Promise<PersonView | undefined> {
  const row = await selectPeople(db, viewer).where("account.id", "=", other).executeTakeFirst();
  return row && viewOf(db, viewer, row, now);
}

/** One page of a list of people; `next` is the handle to ask for more after, null at the end. */
export interface PeoplePage {
  people: PersonView[];
  next: Handle | null;
}

/**
 * People in the order of their handles: those whose handle begins with the text, or, without a
 * text, those whom the viewer follows.
 */
export async function findPeople(
  db: Reader,
  viewer: AccountId,
  search: { startsWith: string; after: Handle | undefined },
  now: number,
): Promise<PeoplePage> {
  const startsWith = search.startsWith.replace(/^@/, "");
  let query = selectPeople(db, viewer)
    .orderBy("account.handle")
    .limit(limits.pageEntriesMax + 1);
  if (startsWith === "") {
    query = query.where((where) =>
      where.exists(
        where
          .selectFrom("follow")
          .select("created_at")
          .where("follower_id", "=", viewer)
          .whereRef("followed_id", "=", "account.id"),
      ),
    );
  } else {
    // "{" stands right behind "z", the last character that a handle can have.
    query = query
      .where("account.handle", ">=", startsWith as Handle)
      .where("account.handle", "<", `${startsWith}{` as Handle);
  }
  if (search.after !== undefined) query = query.where("account.handle", ">", search.after);
  const rows = await query.execute();
  const page = rows.slice(0, limits.pageEntriesMax);
  const people = [];
  for (const row of page) people.push(await viewOf(db, viewer, row, now));
  return { people, next: rows.length > page.length ? (page.at(-1)?.handle ?? null) : null };
}

type PersonRow = Awaited<ReturnType<ReturnType<typeof selectPeople>["execute"]>>[number];

function selectPeople(db: Reader, viewer: AccountId) {
  return db
    .selectFrom("account")
    .leftJoin("call_grant as granted", (join) =>
      join.on("granted.owner_id", "=", viewer).onRef("granted.other_id", "=", "account.id"),
    )
    .select(["account.id", "account.handle", "account.display_name", "account.vouched_at"])
    .select([
      "granted.kind as grant_kind",
      "granted.until_at",
      "granted.may_break_through",
      "granted.paused_until",
    ])
    .select((select) => [
      select
        .selectFrom("follow")
        .select("created_at")
        .where("follower_id", "=", viewer)
        .whereRef("followed_id", "=", "account.id")
        .as("followed_at"),
      select
        .selectFrom("follow")
        .select("created_at")
        .whereRef("follower_id", "=", "account.id")
        .where("followed_id", "=", viewer)
        .where("severed_at", "is", null)
        .as("follows_since"),
      select
        .selectFrom("block")
        .select("created_at")
        .where("blocker_id", "=", viewer)
        .whereRef("blocked_id", "=", "account.id")
        .as("blocked_at"),
      select
        .selectFrom("never")
        .select("created_at")
        .where("owner_id", "=", viewer)
        .whereRef("other_id", "=", "account.id")
        .as("said_never_at"),
      select
        .selectFrom("address_book_entry")
        .select("created_at")
        .where("owner_id", "=", viewer)
        .whereRef("other_id", "=", "account.id")
        .as("kept_at"),
      select
        .selectFrom("address_exception")
        .select("exception")
        .where("owner_id", "=", viewer)
        .whereRef("other_id", "=", "account.id")
        .as("address_exception"),
    ]);
}

async function viewOf(
  db: Reader,
  viewer: AccountId,
  row: PersonRow,
  now: number,
): Promise<PersonView> {
  return {
    handle: row.handle,
    displayName: row.display_name,
    isMe: row.id === viewer,
    isVouched: row.vouched_at !== null,
    youFollow: row.followed_at !== null,
    followsYou: row.follows_since !== null,
    youBlocked: row.blocked_at !== null,
    youSaidNever: row.said_never_at !== null,
    grant: grantView(row, now),
    isInYourAddressBook: row.kept_at !== null,
    addressException: row.address_exception,
    ...(await callStandingOf(db, viewer, row.id, now)),
  };
}
