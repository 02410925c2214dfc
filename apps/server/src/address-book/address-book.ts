import { type AccountId, limits } from "@ringfence/protocol";
import { RefusedError } from "../errors.ts";
import { refuseBlocked } from "../people/blocked.ts";
import type { Reader, Write } from "../store/store.ts";

/**
 * Puts a person into the account's address book; a second time changes nothing. They are not told:
 * at most they see a button, as from any other rule.
 *
 * @throws RefusedError `you-blocked`, `list-full`
 */
export async function addToAddressBook(
  write: Write,
  me: AccountId,
  other: AccountId,
): Promise<void> {
  await refuseBlocked(write.db, me, other);
  await keep(write, me, [other]);
  await refuseTooMany(write.db, me);
}

export async function removeFromAddressBook(
  write: Write,
  me: AccountId,
  other: AccountId,
): Promise<void> {
  await write.db
    .deleteFrom("address_book_entry")
    .where("owner_id", "=", me)
    .where("other_id", "=", other)
    .execute();
}

/** Puts accounts that are there into the book. */
export async function keep(
  write: Write,
  me: AccountId,
  others: readonly AccountId[],
): Promise<void> {
  if (others.length === 0) return;
  await write.db
    .insertInto("address_book_entry")
    .values(others.map((other_id) => ({ owner_id: me, other_id, created_at: write.now })))
    .onConflict((conflict) => conflict.columns(["owner_id", "other_id"]).doNothing())
    .execute();
}

/** @throws RefusedError `list-full`, which undoes the write that made it so */
export async function refuseTooMany(db: Reader, me: AccountId): Promise<void> {
  const { count } = await db
    .selectFrom("address_book_entry")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("owner_id", "=", me)
    .executeTakeFirstOrThrow();
  const tooMany = count - limits.addressBookEntriesMax;
  if (tooMany <= 0) return;
  throw new RefusedError(
    "list-full",
    `An address book holds ${limits.addressBookEntriesMax} people; with this it would be ${tooMany} too many. Nobody was added: take some out first.`,
  );
}
