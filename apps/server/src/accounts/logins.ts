import { createHash, randomBytes } from "node:crypto";
import { type AccountId, DeviceId, idRandomBytes, makeId } from "@ringfence/protocol";
import type { WhyClosed } from "../bus/bus.ts";
import type { CallHooks } from "../calls/call-hooks.ts";
import { RefusedError } from "../errors.ts";
import { serverLimits } from "../limits.ts";
import type { Store, Write } from "../store/store.ts";

/** A device that is signed in, and to which account. */
export interface Login {
  readonly account: AccountId;
  readonly device: DeviceId;
}

/** What signing a device out must reach besides the database. */
export interface LoginParts {
  readonly calls: Pick<CallHooks, "deviceGone">;
  /** Closes the WebSockets of a device that is no longer signed in, or may not be used for now. */
  closeDevice(device: DeviceId, why: WhyClosed): void;
}

/** What a browser's cookie is worth. */
export type FoundLogin =
  | { state: "signed-in"; login: Login }
  | { state: "suspended"; login: Login }
  /** It was signed in, until the operator's link set a new password. */
  | { state: "reset" }
  | { state: "nobody" };

/**
 * The login of a cookie's token, and a note that its device was seen, to the hour.
 *
 * @param now Unix time in milliseconds
 */
export async function findLogin(
  store: Store,
  token: string | undefined,
  now: number,
): Promise<FoundLogin> {
  if (token === undefined) return { state: "nobody" };
  const row = await store.db
    .selectFrom("login")
    .innerJoin("device", "device.id", "login.device_id")
    .innerJoin("account", "account.id", "login.account_id")
    .select(["login.account_id", "login.device_id", "device.last_seen_at", "suspended_at"])
    .where("login.token_hash", "=", hashToken(token))
    .where("login.expires_at", ">", now)
    .executeTakeFirst();
  if (row === undefined) return { state: (await wasReset(store, token)) ? "reset" : "nobody" };
  const login = { account: row.account_id, device: row.device_id };
  if (row.suspended_at !== null) return { state: "suspended", login };
  const seenAt = toTheHour(now);
  if (row.last_seen_at < seenAt) await noteSeen(store, row.device_id, seenAt);
  return { state: "signed-in", login };
}

async function wasReset(store: Store, token: string): Promise<boolean> {
  const row = await store.db
    .selectFrom("reset_login")
    .select("reset_at")
    .where("token_hash", "=", hashToken(token))
    .executeTakeFirst();
  return row !== undefined;
}

/** Why a cookie opens nothing now. */
export function refusalOf({ state }: Exclude<FoundLogin, { state: "signed-in" }>): RefusedError {
  switch (state) {
    case "suspended":
      return new RefusedError(
        "account-suspended",
        "Whoever runs this server has suspended your account. Nothing of it is lost; ask them about it.",
      );
    case "reset":
      return new RefusedError(
        "account-reset",
        "Whoever runs this server made a link that set a new password for your account. All its devices were signed out.",
      );
    case "nobody":
      return notSignedIn();
  }
}

/**
 * Signs a new device in.
 *
 * @returns the cookie's token, which is kept nowhere here
 */
export async function startLogin(
  write: Write,
  parts: LoginParts,
  account: AccountId,
  deviceName: string,
): Promise<{ token: string; login: Login }> {
  await makeRoom(write, parts, account);
  const device = DeviceId.parse(makeId(write.now, randomBytes(idRandomBytes)));
  const token = makeToken();
  await write.db
    .insertInto("device")
    .values({
      id: device,
      account_id: account,
      name: deviceName,
      created_at: write.now,
      last_seen_at: toTheHour(write.now),
    })
    .execute();
  await write.db
    .insertInto("login")
    .values({
      token_hash: hashToken(token),
      device_id: device,
      account_id: account,
      created_at: write.now,
      expires_at: write.now + serverLimits.loginLifetimeMs,
    })
    .execute();
  return { token, login: { account, device } };
}

/** Signs a device out: its cookie, its part in a call and its WebSockets end. */
export async function endLogin(write: Write, parts: LoginParts, login: Login): Promise<void> {
  await parts.calls.deviceGone(write, login.account, login.device);
  const key = await write.db
    .selectFrom("device_key")
    .select("identity_key")
    .where("device_id", "=", login.device)
    .executeTakeFirst();
  await write.db
    .deleteFrom("device")
    .where("id", "=", login.device)
    .where("account_id", "=", login.account)
    .execute();
  // It may have waited to be linked, or have been the last one that was.
  if (key !== undefined) {
    write.deliver({ account: login.account, message: { type: "devices-changed" } });
  }
  write.afterCommit(() => parts.closeDevice(login.device, "signed-out"));
}

/** Signs out every device whose cookie is worth nothing any more, and forgets what was kept of it. */
export async function endExpiredLogins(write: Write, parts: LoginParts): Promise<void> {
  const expired = await write.db
    .selectFrom("login")
    .select(["account_id", "device_id"])
    .where("expires_at", "<=", write.now)
    .execute();
  for (const { account_id: account, device_id: device } of expired) {
    await endLogin(write, parts, { account, device });
  }
}

/** 256 random bits. The database keeps their hash only, so that it alone lets nobody in. */
export function makeToken(): string {
  return randomBytes(32).toString("base64url");
}

/** A token has all its entropy already: a plain hash is as good as a slow one. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Nobody is signed in here, or was until a moment ago. */
export function notSignedIn(): RefusedError {
  return new RefusedError("not-signed-in", "Sign in first.");
}

/**
 * For a write that follows a long check, such as of a password: whoever was signed out meanwhile
 * changes nothing any more.
 *
 * @throws RefusedError `not-signed-in`
 */
export async function requireLogin(write: Write, login: Login): Promise<void> {
  await write.db
    .selectFrom("login")
    .select("device_id")
    .where("device_id", "=", login.device)
    .where("account_id", "=", login.account)
    .executeTakeFirstOrThrow(notSignedIn);
}

/** Ends the logins that expired, and the one away for longest where there would be too many. */
async function makeRoom(write: Write, parts: LoginParts, account: AccountId): Promise<void> {
  const devices = await write.db
    .selectFrom("device")
    .leftJoin("login", "login.device_id", "device.id")
    .select(["device.id", "login.expires_at"])
    .where("device.account_id", "=", account)
    .orderBy("device.last_seen_at", "desc")
    .orderBy("device.id", "desc")
    .execute();
  const kept = devices
    .filter(({ expires_at }) => expires_at !== null && expires_at > write.now)
    .slice(0, serverLimits.devicesPerAccountMax - 1);
  for (const { id } of devices.filter((device) => !kept.includes(device))) {
    await endLogin(write, parts, { account, device: id });
  }
}

async function noteSeen(store: Store, device: DeviceId, seenAt: number): Promise<void> {
  // A note: a full disk must not keep anybody from reading.
  await store
    .write(async ({ db }) => {
      await db
        .updateTable("device")
        .set({ last_seen_at: seenAt })
        .where("id", "=", device)
        .where("last_seen_at", "<", seenAt)
        .execute();
    })
    .catch(() => undefined);
}

function toTheHour(time: number): number {
  return time - (time % serverLimits.lastSeenStepMs);
}
