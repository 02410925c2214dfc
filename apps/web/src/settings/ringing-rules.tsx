import type { CallSettings, CallSettingsChange } from "@ringfence/protocol";
import type { ReactNode } from "react";
import { Switch } from "../controls/choice.tsx";
import { FadingDays } from "./fading-days.tsx";
import styles from "./ringing-rules.module.css";
import { SettingsSection } from "./settings-section.tsx";

interface RingingRulesProps {
  settings: CallSettings;
  onChange: (change: CallSettingsChange) => void;
  children: ReactNode;
}

/** What holds beside the groups: who may ask, and what takes a right to ring away for a while. */
export function RingingRules({ settings, onChange, children }: RingingRulesProps) {
  return (
    <SettingsSection title="Asking, and being away">
      <Switch
        label="Let people ask"
        isChosen={settings.asking === "anyone-in-conversation"}
        onChange={(isChosen) =>
          onChange({ asking: isChosen ? "anyone-in-conversation" : "nobody" })
        }
      >
        Somebody you have a conversation with, and who may not ring, can ask to: at most once a day.
        You get a quiet card, no ring.
      </Switch>
      <Switch label="Fading" isChosen={settings.fading} onChange={(fading) => onChange({ fading })}>
        Groups let nobody ring with whom you have not been in touch for long. They have to ask then.
        Your address book does not fade.
      </Switch>
      {settings.fading ? (
        <FadingDays
          days={settings.fadingDays}
          onChange={(fadingDays) => onChange({ fadingDays })}
        />
      ) : null}
      <details className={styles.more}>
        <summary>More rules</summary>
        <Switch
          label="Calling back"
          isChosen={settings.callBack}
          onChange={(callBack) => onChange({ callBack })}
        >
          Whoever you ring may ring you back for a day, also while Calls is off. Whoever you asked
          to call always may.
        </Switch>
        <Switch
          label="Ask after three unanswered rings"
          isChosen={settings.unansweredLimit}
          onChange={(unansweredLimit) => onChange({ unansweredLimit })}
        >
          Whoever rang three times in a day without an answer has to ask.
        </Switch>
      </details>
      {children}
    </SettingsSection>
  );
}
