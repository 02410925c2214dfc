import type { QuietRules } from "@ringfence/policy";
import type { AccountId, CallSettings, CallSettingsChange } from "@ringfence/protocol";
import type { CallHooks } from "../calls/call-hooks.ts";
import { changeButtonsOf } from "../people/pair-views.ts";
import type { Reader, Write } from "../store/store.ts";
import {
  quietColumns,
  quietRulesOf,
  settingsColumns,
  settingsColumnsOf,
  settingsOf,
} from "./settings-columns.ts";

/** The settings of an account that is there. */
export async function readCallSettings(db: Reader, account: AccountId): Promise<CallSettings> {
  const row = await db
    .selectFrom("account")
    .select(settingsColumns)
    .where("id", "=", account)
    .executeTakeFirstOrThrow();
  return settingsOf(row);
}

/** When rings of an account that is there are quiet. */
export async function readQuietRules(db: Reader, account: AccountId): Promise<QuietRules> {
  const row = await db
    .selectFrom("account")
    .select(quietColumns)
    .where("id", "=", account)
    .executeTakeFirstOrThrow();
  return quietRulesOf(row);
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
  const columns = settingsColumnsOf(change);
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
