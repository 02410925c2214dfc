import { randomBytes } from "node:crypto";
import {
  type AccountId,
  type Invitation,
  InvitationId,
  type InvitationView,
  idRandomBytes,
  limits,
  makeId,
} from "@ringfence/protocol";
import { hashToken, makeToken } from "../accounts/logins.ts";
import { RefusedError } from "../errors.ts";
import type { Reader, Write } from "../store/store.ts";

/**
 * Makes an invitation.
 *
 * @param inviter null for whoever runs the server: it then opens the door and nothing else
 * @param options `isFirstAccount`: it ends with the first account that is made
 * @returns the token to put behind `/join#`, where no server and no log sees it; kept as a hash
 * @throws RefusedError `list-full`
 */
export async function createInvitation(
  write: Write,
  inviter: AccountId | null,
  { isFirstAccount = false }: { isFirstAccount?: boolean } = {},
): Promise<{ invitation: Invitation; token: string }> {
  await forgetExpired(write);
  if (inviter !== null) await refuseTooMany(write.db, inviter);
  const token = makeToken();
  const invitation = {
    id: InvitationId.parse(makeId(write.now, randomBytes(idRandomBytes))),
    createdAt: write.now,
    expiresAt: write.now + limits.invitationLifetimeMs,
  };
  await write.db
    .insertInto("invitation")
    .values({
      id: invitation.id,
      token_hash: hashToken(token),
      inviter_id: inviter,
      taken_by_id: null,
      is_first_account: isFirstAccount ? 1 : 0,
      created_at: invitation.createdAt,
      expires_at: invitation.expiresAt,
    })
    .execute();
  return { invitation, token };
}

/** The links for the first account, which there is now or for which there is a newer one. */
export async function endFirstAccountLinks(write: Write): Promise<void> {
  await write.db.deleteFrom("invitation").where("is_first_account", "=", 1).execute();
}

/** An account's invitations that nobody agreed to yet, the newest first. */
export async function listInvitations(
  db: Reader,
  inviter: AccountId,
  now: number,
): Promise<Invitation[]> {
  const rows = await db
    .selectFrom("invitation")
    .select(["id", "created_at", "expires_at"])
    .where("inviter_id", "=", inviter)
    .where("expires_at", ">", now)
    .orderBy("id", "desc")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }));
}

/** Makes an invitation worth nothing. One that is gone already stays so. */
export async function revokeInvitation(
  write: Write,
  inviter: AccountId,
  id: InvitationId,
): Promise<void> {
  await write.db
    .deleteFrom("invitation")
    .where("id", "=", id)
    .where("inviter_id", "=", inviter)
    .execute();
}

/**
 * Who invites.
 *
 * @param viewer null: nobody is signed in in that browser yet
 * @throws RefusedError `link-used`, whatever the reason that it is worth nothing to this viewer
 */
export async function viewInvitation(
  db: Reader,
  viewer: AccountId | null,
  token: string,
  now: number,
): Promise<InvitationView> {
  const invitation = await findInvitation(db, viewer, token, now);
  const { handle, display_name: displayName } = invitation;
  return {
    from: handle === null || displayName === null ? null : { handle, displayName },
    expiresAt: invitation.expires_at,
  };
}

/**
 * Lets a new account in, once. Its inviter is agreed to afterwards, by nobody but that account; an
 * operator's invitation has done all it is for.
 *
 * @throws RefusedError `link-used`
 */
export async function signUpWith(write: Write, token: string, account: AccountId): Promise<void> {
  const { id, inviter_id: inviter } = await findInvitation(write.db, null, token, write.now);
  if (inviter === null) {
    await write.db.deleteFrom("invitation").where("id", "=", id).execute();
    return;
  }
  await write.db
    .updateTable("invitation")
    .set({ taken_by_id: account })
    .where("id", "=", id)
    .execute();
}

/**
 * The invitation behind a token, as far as it is worth something to the viewer: not expired, not
 * taken by another, and no block between the two.
 *
 * @throws RefusedError `link-used`
 */
export async function findInvitation(
  db: Reader,
  viewer: AccountId | null,
  token: string,
  now: number,
) {
  const invitation = await db
    .selectFrom("invitation")
    .leftJoin("account as inviter", "inviter.id", "invitation.inviter_id")
    .select([
      "invitation.id",
      "invitation.inviter_id",
      "invitation.expires_at",
      "inviter.handle",
      "inviter.display_name",
    ])
    .where("invitation.token_hash", "=", hashToken(token))
    .where("invitation.expires_at", ">", now)
    .where("inviter.suspended_at", "is", null)
    .where((where) =>
      where.or([
        where("invitation.taken_by_id", "is", null),
        where("invitation.taken_by_id", "=", viewer ?? ("" as AccountId)),
      ]),
    )
    .executeTakeFirst();
  if (invitation === undefined) throw worthNothing();
  const { inviter_id: inviter } = invitation;
  if (viewer !== null && inviter !== null && (await isBlockBetween(db, viewer, inviter))) {
    throw worthNothing();
  }
  return invitation;
}

/**
 * Ends an invitation that is worth nothing to the viewer because of a block: to nobody may it say
 * more than to them, or the same link in a browser that is signed out would tell of the block. It
 * writes as much where there was none.
 */
export async function endIfBlocked(write: Write, viewer: AccountId, token: string): Promise<void> {
  await write.db
    .deleteFrom("invitation")
    .where("token_hash", "=", hashToken(token))
    .where((where) =>
      where.or([where("taken_by_id", "is", null), where("taken_by_id", "=", viewer)]),
    )
    .where((where) =>
      where.exists(
        where
          .selectFrom("block")
          .select("block.created_at")
          .where((either) =>
            either.or([
              either.and([
                either("blocker_id", "=", viewer),
                either("blocked_id", "=", either.ref("invitation.inviter_id")),
              ]),
              either.and([
                either("blocked_id", "=", viewer),
                either("blocker_id", "=", either.ref("invitation.inviter_id")),
              ]),
            ]),
          ),
      ),
    )
    .execute();
  write.deliver({ account: viewer, message: null });
}

async function isBlockBetween(db: Reader, one: AccountId, other: AccountId): Promise<boolean> {
  const found = await db
    .selectFrom("block")
    .select("created_at")
    .where("blocker_id", "in", [one, other])
    .where("blocked_id", "in", [one, other])
    .executeTakeFirst();
  return found !== undefined;
}

async function refuseTooMany(db: Reader, inviter: AccountId): Promise<void> {
  const { count } = await db
    .selectFrom("invitation")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("inviter_id", "=", inviter)
    .executeTakeFirstOrThrow();
  if (count < limits.invitationsMax) return;
  throw new RefusedError(
    "list-full",
    `You have ${limits.invitationsMax} invitations that nobody took yet. Take one back first, or wait: each ends after a week.`,
  );
}

async function forgetExpired(write: Write): Promise<void> {
  await write.db.deleteFrom("invitation").where("expires_at", "<=", write.now).execute();
}

/** One sentence for used, revoked, expired, never made and blocked. */
function worthNothing(): RefusedError {
  return new RefusedError(
    "link-used",
    "This invitation does not work any more: each works once, and for a week. Ask whoever sent it for a new one.",
  );
}
