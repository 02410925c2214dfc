import type { QuietRules } from "@ringfence/policy";
import {
  type Audience,
  type CallSettings,
  type CallSettingsChange,
  type QuietHours,
  initialCallSettings,
} from "@ringfence/protocol";
import type { Updateable } from "kysely";
import type { AccountTable, Flag } from "../store/tables.ts";

/** Where the settings stand in an account's row that say who may ring. */
export const rightsColumns = [
  "calling",
  "audience_address_book",
  "audience_mutuals",
  "audience_people_i_follow",
  "audience_vouched",
  "audience_everyone",
  "asking",
  "fading",
  "fading_days",
  "call_back",
  "unanswered_limit",
  "hide_address",
] as const satisfies readonly (keyof AccountTable)[];
/** And those that say when a ring is quiet. */
export const quietColumns = [
  "quiet_hours",
  "do_not_disturb",
  "do_not_disturb_until",
] as const satisfies readonly (keyof AccountTable)[];
/** Where an account's call settings stand in its row. */
export const settingsColumns = [...rightsColumns, ...quietColumns] as const;
type RightsRow = Pick<AccountTable, (typeof rightsColumns)[number]>;
type QuietRow = Pick<AccountTable, (typeof quietColumns)[number]>;
type SettingsRow = Pick<AccountTable, (typeof settingsColumns)[number]>;

const columnOfAudience = {
  "address-book": "audience_address_book",
  mutuals: "audience_mutuals",
  "people-i-follow": "audience_people_i_follow",
  vouched: "audience_vouched",
  everyone: "audience_everyone",
} as const satisfies Record<Audience, keyof AccountTable>;
const audiences = Object.keys(columnOfAudience) as Audience[];

/** The settings that a row holds. */
export function settingsOf(row: SettingsRow): CallSettings {
  return { ...rightsOf(row), ...quietRulesOf(row) };
}

export function rightsOf(row: RightsRow): Omit<CallSettings, keyof QuietRules> {
  return {
    calling: row.calling,
    audiences: audiences.filter((audience) => row[columnOfAudience[audience]] === 1),
    asking: row.asking,
    fading: row.fading === 1,
    fadingDays: row.fading_days,
    callBack: row.call_back === 1,
    unansweredLimit: row.unanswered_limit === 1,
    hideAddress: row.hide_address === 1,
  };
}

export function quietRulesOf(row: QuietRow): QuietRules {
  const { quietHours } = initialCallSettings;
  return {
    // Not parsed again: what was written had been, and to look up a time zone takes its time.
    quietHours: row.quiet_hours === null ? quietHours : (JSON.parse(row.quiet_hours) as QuietHours),
    doNotDisturb: { isOn: row.do_not_disturb === 1, until: row.do_not_disturb_until },
  };
}

/** The columns that a change of settings names. */
export function settingsColumnsOf(change: CallSettingsChange): Updateable<AccountTable> {
  const { calling, asking, fadingDays, quietHours, doNotDisturb } = change;
  return {
    ...(calling !== undefined && { calling }),
    ...(change.audiences !== undefined && audienceColumnsOf(change.audiences)),
    ...(asking !== undefined && { asking }),
    ...flagOf("fading", change.fading),
    ...(fadingDays !== undefined && { fading_days: fadingDays }),
    ...flagOf("call_back", change.callBack),
    ...flagOf("unanswered_limit", change.unansweredLimit),
    ...(quietHours !== undefined && { quiet_hours: JSON.stringify(quietHours) }),
    ...(doNotDisturb !== undefined && {
      do_not_disturb: doNotDisturb.isOn ? 1 : 0,
      do_not_disturb_until: doNotDisturb.until,
    }),
    ...flagOf("hide_address", change.hideAddress),
  };
}

/** What an account begins with. */
export const initialSettingsColumns: SettingsRow = {
  calling: initialCallSettings.calling,
  ...audienceColumnsOf(initialCallSettings.audiences),
  asking: initialCallSettings.asking,
  fading: flag(initialCallSettings.fading),
  fading_days: initialCallSettings.fadingDays,
  call_back: flag(initialCallSettings.callBack),
  unanswered_limit: flag(initialCallSettings.unansweredLimit),
  quiet_hours: null,
  do_not_disturb: flag(initialCallSettings.doNotDisturb.isOn),
  do_not_disturb_until: initialCallSettings.doNotDisturb.until,
  hide_address: flag(initialCallSettings.hideAddress),
};

function audienceColumnsOf(
  chosen: readonly Audience[],
): Record<(typeof columnOfAudience)[Audience], Flag> {
  const has = (audience: Audience) => flag(chosen.includes(audience));
  return {
    audience_address_book: has("address-book"),
    audience_mutuals: has("mutuals"),
    audience_people_i_follow: has("people-i-follow"),
    audience_vouched: has("vouched"),
    audience_everyone: has("everyone"),
  };
}

function flagOf(column: keyof AccountTable, isOn: boolean | undefined): Record<string, Flag> {
  return isOn === undefined ? {} : { [column]: flag(isOn) };
}

function flag(isOn: boolean): Flag {
  return isOn ? 1 : 0;
}
