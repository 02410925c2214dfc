import type { AccountId } from "@ringfence/protocol";
import { RefusedError } from "../errors.ts";
import { serverLimits } from "../limits.ts";
import type { Write } from "../store/store.ts";
import { hashToken, makeToken } from "./logins.ts";

/**
 * Makes a link that signs one browser in, once, within a day.
 *
 * @param goTo the path that it then opens, such as "/messages/@bob"
 * @returns the token to put behind `/enter#`, where no server and no log sees it
 */
export async function createOneTimeLink(
  write: Write,
  account: AccountId,
  goTo: string,
): Promise<string> {
  if (!/^\/(?![/\\])/.test(goTo)) throw new RangeError("a link goes to a path of this server");
  const token = makeToken();
  await write.db.deleteFrom("one_time_link").where("expires_at", "<=", write.now).execute();
  await write.db
    .insertInto("one_time_link")
    .values({
      token_hash: hashToken(token),
      account_id: account,
      go_to: goTo,
      expires_at: write.now + serverLimits.oneTimeLinkLifetimeMs,
    })
    .execute();
  return token;
}

/**
 * Takes a link: whoever comes second finds nothing.
 *
 * @throws RefusedError `link-used`, also for one that never was and for a suspended account
 */
export async function takeOneTimeLink(
  write: Write,
  token: string,
): Promise<{ account: AccountId; goTo: string }> {
  const link = await write.db
    .deleteFrom("one_time_link")
    .where("token_hash", "=", hashToken(token))
    .where("expires_at", ">", write.now)
    .where((where) =>
      where.exists(
        where
          .selectFrom("account")
          .select("account.id")
          .whereRef("account.id", "=", "one_time_link.account_id")
          .where("account.suspended_at", "is", null),
      ),
    )
    .returning(["account_id", "go_to"])
    .executeTakeFirst();
  if (link === undefined) {
    throw new RefusedError(
      "link-used",
      "This link does not work any more: each works once, and for a day. Ask for a new one, or sign in.",
    );
  }
  return { account: link.account_id, goTo: link.go_to };
}
