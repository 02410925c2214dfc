import {
  type AccountId,
  type AddressBookImport,
  type AddressBookImported,
  Handle,
} from "@ringfence/protocol";
import type { Reader, Write } from "../store/store.ts";
import { keep, refuseTooMany } from "./address-book.ts";

/**
 * Puts those whose handles are here into the account's address book, or, as a trial, only says who
 * they would be. The account's own handle is passed over.
 *
 * @returns what to answer, and the accounts that were added
 * @throws RefusedError `list-full`: then nobody was added
 */
export async function importAddressBook(
  write: Write,
  me: AccountId,
  { handles, isTrial }: AddressBookImport,
): Promise<{ imported: AddressBookImported; added: AccountId[] }> {
  const typed = new Map<string, Handle | null>();
  for (const each of handles) typed.set(each, handleOf(each));
  const wanted = [...new Set([...typed.values()].filter((handle) => handle !== null))];
  const found = await findPeople(write.db, me, wanted);
  const here = new Map(found.map((row) => [row.handle, row]));

  const others = found.filter(({ id, blocked_at }) => id !== me && blocked_at === null);
  const strangers = others.filter(({ kept_at }) => kept_at === null);
  const added = isTrial ? [] : strangers.map(({ id }) => id);
  await keep(write, me, added);
  if (added.length > 0) await refuseTooMany(write.db, me);

  const notHere = [...typed].filter(([, handle]) => {
    const row = handle === null ? undefined : here.get(handle);
    return row === undefined || row.blocked_at !== null;
  });
  const kept = others.filter(({ kept_at }) => kept_at !== null);
  const imported = {
    added: strangers.map(personOf),
    alreadyThere: kept.map(personOf),
    notHere: notHere.map(([each]) => each),
  };
  return { imported, added };
}

/** Null for what can be nobody's handle. */
function handleOf(typed: string): Handle | null {
  const parsed = Handle.safeParse(typed.trim().replace(/^@/, ""));
  return parsed.success ? parsed.data : null;
}

/** Those who are here, by handle, and whether the account keeps or blocked them. */
async function findPeople(db: Reader, me: AccountId, handles: readonly Handle[]) {
  if (handles.length === 0) return [];
  return db
    .selectFrom("account")
    .leftJoin("address_book_entry as kept", (join) =>
      join.on("kept.owner_id", "=", me).onRef("kept.other_id", "=", "account.id"),
    )
    .leftJoin("block", (join) =>
      join.on("block.blocker_id", "=", me).onRef("block.blocked_id", "=", "account.id"),
    )
    .select(["account.id", "account.handle", "account.display_name"])
    .select(["kept.created_at as kept_at", "block.created_at as blocked_at"])
    .where("account.handle", "in", handles)
    .orderBy("account.handle")
    .execute();
}

function personOf(row: { handle: Handle; display_name: string }) {
  return { handle: row.handle, displayName: row.display_name };
}
