import type { QuietRules } from "@ringfence/policy";
import type { AccountId, CallSettings, CallSettingsChange } from "@ringfence/protocol";
import type { CallHooks } from "../calls/call-hooks.ts";
import { rulesOf } from "../calls/pair-facts.ts";
import type { Buttons } from "../people/buttons.ts";
import { prepared } from "../store/prepared-query.ts";
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
  const [row] = await selectQuietColumns(db, { account });
  if (row === undefined) throw new Error("an account that is there has rules");
  return quietRulesOf(row);
}

const selectQuietColumns = prepared((db: Reader, { account }: { account: AccountId }) =>
  db.selectFrom("account").select(quietColumns).where("id", "=", account),
);

/** Whom a change of settings concerns. */
export interface ThoseConcerned {
  readonly calls: Pick<CallHooks, "settingsChanged">;
  readonly buttons: Pick<Buttons, "moveAfter">;
}

/**
 * Changes what the change names. Running rings are decided again in the same transaction, and the
 * icons of the people for whom it makes a difference move after it.
 */
export async function changeCallSettings(
  write: Write,
  { calls, buttons }: ThoseConcerned,
  account: AccountId,
  change: CallSettingsChange,
): Promise<CallSettings> {
  const columns = settingsColumnsOf(change);
  if (Object.keys(columns).length > 0) {
    const settingsBefore = await readCallSettings(write.db, account);
    const { hideAddress } = settingsBefore;
    const before = rulesOf(settingsBefore);
    await write.db.updateTable("account").set(columns).where("id", "=", account).execute();
    buttons.moveAfter(write, {
      callee: account,
      factsBefore: (facts) => ({ ...facts, ...before }),
      addressesBefore: ({ caller, callee }) => ({ caller, callee: { ...callee, hideAddress } }),
    });
    await calls.settingsChanged(write, account);
  }
  const callSettings = await readCallSettings(write.db, account);
  write.deliver({ account, message: { type: "call-settings-changed", callSettings } });
  return callSettings;
}
