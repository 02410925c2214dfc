import {
  type AccountId,
  type DeviceChain,
  type DeviceStatement,
  type IdentityKey,
  limits,
} from "@ringfence/protocol";
import { type Login, type LoginParts, endLogin } from "../accounts/logins.ts";
import { RefusedError } from "../errors.ts";
import { prepared } from "../store/prepared-query.ts";
import type { Reader, Write } from "../store/store.ts";

/** What a device wants to stand at the end of its account's chain. */
export interface Appending {
  readonly generation: number;
  readonly position: number;
  readonly statement: DeviceStatement;
  readonly links: IdentityKey | null;
  readonly unlinks: IdentityKey | null;
  /** The account's owner wants the next chain, whoever is linked in this one. */
  readonly isByOwner?: boolean;
}

/** What an account's devices signed of each other, as it came: nothing here can read it. */
export async function chainOf(db: Reader, account: AccountId): Promise<DeviceChain> {
  const rows = await selectStatements(db, { account });
  return rows.map(({ statement, signatures }) => ({
    statement,
    signatures: JSON.parse(signatures) as string[],
  }));
}

const selectStatements = prepared((db: Reader, { account }: { account: AccountId }) =>
  db
    .selectFrom("device_statement")
    .select(["statement", "signatures"])
    .where("account_id", "=", account)
    .orderBy("position"),
);

/** How often the account began a chain. */
export async function generationOf(db: Reader, account: AccountId): Promise<number> {
  const row = await db
    .selectFrom("device_chain")
    .select("generation")
    .where("account_id", "=", account)
    .executeTakeFirst();
  return row?.generation ?? 0;
}

/**
 * Appends a statement where the chain is as its writer saw it, or begins the next chain in the place
 * of this one. A device that the statement takes out is signed out with it.
 *
 * @throws RefusedError `chain-moved`, `not-linked`, `list-full`
 */
export async function appendToChain(
  write: Write,
  parts: LoginParts,
  login: Login,
  { generation, position, statement, links, unlinks, isByOwner = false }: Appending,
): Promise<void> {
  const { account } = login;
  const standing = await generationOf(write.db, account);
  if (position === 0) {
    const isNext = generation === standing + 1;
    const mayBegin = isByOwner || (await mayBeginChain(write.db, account, write.now));
    if (!isNext || !mayBegin) throw chainMoved();
    await beginNext(write, account, generation);
  } else {
    if (generation !== standing || position !== (await lengthOf(write.db, account))) {
      throw chainMoved();
    }
    if (!(await isLinkedDevice(write.db, login))) throw notLinked();
    if (position >= limits.deviceStatementsMax) throw chainFull();
  }
  const { signatures } = statement;
  await write.db
    .insertInto("device_statement")
    .values({
      account_id: account,
      position,
      statement: statement.statement,
      signatures: JSON.stringify(signatures),
    })
    .execute();
  if (links !== null) {
    await write.db
      .insertInto("linked_key")
      .values({ account_id: account, identity_key: links })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  if (unlinks !== null) await unlinkKey(write, parts, account, unlinks);
  write.deliver({ account, message: { type: "devices-changed" } });
}

/**
 * Whether a new chain may begin: where no device that is signed in is linked, somebody must be able to.
 */
export async function mayBeginChain(db: Reader, account: AccountId, now: number): Promise<boolean> {
  const linked = await db
    .selectFrom("device")
    .innerJoin("login", "login.device_id", "device.id")
    .innerJoin("device_key", "device_key.device_id", "device.id")
    .innerJoin("linked_key", (join) =>
      join
        .onRef("linked_key.account_id", "=", "device.account_id")
        .onRef("linked_key.identity_key", "=", "device_key.identity_key"),
    )
    .select("device.id")
    .where("device.account_id", "=", account)
    .where("login.expires_at", ">", now)
    .executeTakeFirst();
  return linked === undefined;
}

/** Lets the next device that is not in the chain begin a new one: after a reset of the account. */
export async function allowNewChain(write: Write, account: AccountId): Promise<void> {
  await write.db.deleteFrom("linked_key").where("account_id", "=", account).execute();
  write.deliver({ account, message: { type: "devices-changed" } });
}

async function beginNext(write: Write, account: AccountId, generation: number): Promise<void> {
  for (const table of ["device_statement", "linked_key", "device_chain"] as const) {
    await write.db.deleteFrom(table).where("account_id", "=", account).execute();
  }
  await write.db.insertInto("device_chain").values({ account_id: account, generation }).execute();
}

async function lengthOf(db: Reader, account: AccountId): Promise<number> {
  const { length } = await db
    .selectFrom("device_statement")
    .select((select) => select.fn.countAll<number>().as("length"))
    .where("account_id", "=", account)
    .executeTakeFirstOrThrow();
  return length;
}

/** By what linked devices said. It keeps whoever has no more than a password from spoiling the chain. */
async function isLinkedDevice(db: Reader, { account, device }: Login): Promise<boolean> {
  const row = await db
    .selectFrom("device_key")
    .innerJoin("linked_key", "linked_key.identity_key", "device_key.identity_key")
    .select("device_key.device_id")
    .where("device_key.device_id", "=", device)
    .where("linked_key.account_id", "=", account)
    .executeTakeFirst();
  return row !== undefined;
}

async function unlinkKey(
  write: Write,
  parts: LoginParts,
  account: AccountId,
  key: IdentityKey,
): Promise<void> {
  const devices = await write.db
    .selectFrom("device_key")
    .innerJoin("device", "device.id", "device_key.device_id")
    .select("device.id")
    .where("device.account_id", "=", account)
    .where("identity_key", "=", key)
    .execute();
  for (const { id } of devices) await endLogin(write, parts, { account, device: id });
  await write.db
    .deleteFrom("linked_key")
    .where("account_id", "=", account)
    .where("identity_key", "=", key)
    .execute();
}

function chainMoved(): RefusedError {
  return new RefusedError(
    "chain-moved",
    "Your devices changed a moment ago. Look at them again, then try once more.",
  );
}

function notLinked(): RefusedError {
  return new RefusedError(
    "not-linked",
    "This device is not linked to your account. Link it from a device that is.",
  );
}

function chainFull(): RefusedError {
  return new RefusedError(
    "list-full",
    "Devices of this account were linked and removed as often as one account can.",
  );
}
