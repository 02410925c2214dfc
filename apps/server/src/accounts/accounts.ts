import { randomBytes } from "node:crypto";
import { AccountId, type Handle, type Me, idRandomBytes, makeId } from "@ringfence/protocol";
import type { CallHooks } from "../calls/call-hooks.ts";
import { RefusedError } from "../errors.ts";
import { serverLimits } from "../limits.ts";
import type { Buttons } from "../people/buttons.ts";
import { readCallSettings } from "../settings/call-settings.ts";
import { initialSettingsColumns } from "../settings/settings-columns.ts";
import type { Reader, Write } from "../store/store.ts";
import { type Login, type LoginParts, notSignedIn } from "./logins.ts";

export interface NewAccount {
  handle: Handle;
  displayName: string;
  /** argon2id, in its encoded form: a transaction waits for no hash. */
  passwordHash: string;
}

/** @throws RefusedError `handle-taken` */
export async function createAccount(write: Write, account: NewAccount): Promise<AccountId> {
  const id = AccountId.parse(makeId(write.now, randomBytes(idRandomBytes)));
  const made = await write.db
    .insertInto("account")
    .values({
      id,
      handle: account.handle,
      display_name: account.displayName,
      password_hash: account.passwordHash,
      created_at: write.now,
      suspended_at: null,
      sequence: 0,
      vouched_at: null,
      call_record_days: null,
      ...initialSettingsColumns,
    })
    .onConflict((conflict) => conflict.column("handle").doNothing())
    .returning("id")
    .executeTakeFirst();
  if (made === undefined) throw handleTaken(account.handle);
  return id;
}

/** @throws RefusedError `handle-taken`, before anybody spends a password hash on it */
export async function refuseTakenHandle(db: Reader, handle: Handle): Promise<void> {
  const taken = await db
    .selectFrom("account")
    .select("id")
    .where("handle", "=", handle)
    .executeTakeFirst();
  if (taken !== undefined) throw handleTaken(handle);
}

/** The signed-in account, as one of its devices sees it. */
export async function readMe(db: Reader, login: Login): Promise<Me> {
  const row = await db
    .selectFrom("account")
    .select(["handle", "display_name"])
    .where("id", "=", login.account)
    .executeTakeFirstOrThrow(notSignedIn);
  return {
    id: login.account,
    handle: row.handle,
    displayName: row.display_name,
    deviceId: login.device,
    callSettings: await readCallSettings(db, login.account),
  };
}

export interface DeletionParts extends LoginParts {
  readonly calls: Pick<CallHooks, "deviceGone" | "endAllOf">;
  readonly buttons: Pick<Buttons, "tellAfter">;
}

/**
 * Deletes an account and everything that it wrote, on both sides: every other table refers to it
 * and goes with it. Whoever had it in a list is told that it is gone.
 */
export async function deleteAccount(
  write: Write,
  parts: DeletionParts,
  account: AccountId,
): Promise<void> {
  await parts.calls.endAllOf(write, account);
  const acquainted = await acquaintedWith(write.db, account);
  const devices = await write.db
    .selectFrom("device")
    .select("id")
    .where("account_id", "=", account)
    .execute();
  const deleted = await write.db
    .deleteFrom("account")
    .where("id", "=", account)
    .returning("handle")
    .executeTakeFirst();
  if (deleted === undefined) return;
  write.leaveNoTrace();
  parts.buttons.tellAfter(write, acquainted, async (later, other) =>
    later.deliver({ account: other, message: { type: "person-removed", handle: deleted.handle } }),
  );
  for (const { id } of devices) write.afterCommit(() => parts.closeDevice(id, "signed-out"));
}

/**
 * Accounts that have this one in a list: of conversations, of people they follow, blocked or keep
 * in the address book, or of people who may ring, may never, or tried to.
 */
async function acquaintedWith(db: Reader, account: AccountId): Promise<AccountId[]> {
  const ownersOf = (table: "never" | "call_grant" | "address_book_entry" | "refused_attempt") =>
    db.selectFrom(table).select("owner_id as id").where("other_id", "=", account);
  const rows = await db
    .selectFrom("participation")
    .select("account_id as id")
    .where("other_account_id", "=", account)
    .where("latest_entry_id", "is not", null)
    .union(db.selectFrom("follow").select("follower_id as id").where("followed_id", "=", account))
    .union(db.selectFrom("block").select("blocker_id as id").where("blocked_id", "=", account))
    .union(ownersOf("never"))
    .union(ownersOf("call_grant"))
    .union(ownersOf("address_book_entry"))
    .union(ownersOf("refused_attempt"))
    .limit(serverLimits.removalsToldMax)
    .execute();
  return rows.map(({ id }) => id);
}

function handleTaken(handle: Handle): RefusedError {
  return new RefusedError(
    "handle-taken",
    `Somebody has the handle @${handle} already. Choose another.`,
    { field: "handle" },
  );
}
