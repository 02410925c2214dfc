import {
  type AccountId,
  type CallSettings,
  type CallSettingsChange,
  initialCallSettings,
} from "@ringfence/protocol";
import type { Updateable } from "kysely";
import type { CallHooks } from "../calls/call-hooks.ts";
import { audiencesOf } from "../calls/pair-facts.ts";
import { changeButtonsOf } from "../people/pair-views.ts";
import type { Reader, Write } from "../store/store.ts";
import type { AccountTable } from "../store/tables.ts";

/** The settings of an account that is there. */
export async function readCallSettings(db: Reader, account: AccountId): Promise<CallSettings> {
  const row = await db
    .selectFrom("account")
    .select([
      "calling",
      "audience_mutuals",
      "audience_people_i_follow",
      "audience_everyone",
      "hide_address",
    ])
    .where("id", "=", account)
    .executeTakeFirstOrThrow();
  return {
    calling: row.calling,
    audiences: audiencesOf(row),
    hideAddress: row.hide_address === 1,
  };
}

/**
 * Changes what the change names. Running rings are decided again in the same transaction, and the
 * icons of the people whom it concerns move.
 */
export async function changeCallSettings(
  write: Write,
  calls: Pick<CallHooks, "settingsChanged">,
  account: AccountId,
  change: CallSettingsChange,
): Promise<CallSettings> {
  const columns = columnsOf(change);
  if (Object.keys(columns).length > 0) {
    await changeButtonsOf(write, account, async () => {
      await write.db.updateTable("account").set(columns).where("id", "=", account).execute();
    });
    await calls.settingsChanged(write, account);
  }
  const callSettings = await readCallSettings(write.db, account);
  write.deliver({ account, message: { type: "call-settings-changed", callSettings } });
  return callSettings;
}

/** What an account begins with. */
export const initialSettingsColumns = {
  calling: initialCallSettings.calling,
  audience_mutuals: 0,
  audience_people_i_follow: 0,
  audience_everyone: 0,
  hide_address: initialCallSettings.hideAddress ? 1 : 0,
} as const;

function columnsOf({
  calling,
  audiences,
  hideAddress,
}: CallSettingsChange): Updateable<AccountTable> {
  return {
    ...(calling !== undefined && { calling }),
    ...(audiences !== undefined && {
      audience_mutuals: audiences.includes("mutuals") ? 1 : 0,
      audience_people_i_follow: audiences.includes("people-i-follow") ? 1 : 0,
      audience_everyone: audiences.includes("everyone") ? 1 : 0,
    }),
    ...(hideAddress !== undefined && { hide_address: hideAddress ? 1 : 0 }),
  };
}
