import type { Audience, CallSettings } from "@ringfence/protocol";
import type { ReactNode } from "react";
import { Checkbox } from "../controls/choice.tsx";
import styles from "./audiences.module.css";
import { SettingsSection } from "./settings-section.tsx";

/** In the order in which they let in more people. */
const audiences: readonly { audience: Audience; label: string; meaning: string }[] = [
  {
    audience: "address-book",
    label: "My address book",
    meaning: "People you keep in your address book here.",
  },
  { audience: "mutuals", label: "Mutuals", meaning: "People you follow who follow you too." },
  {
    audience: "people-i-follow",
    label: "People I follow",
    meaning: "Everybody you follow, whether they follow you or not.",
  },
  {
    audience: "vouched",
    label: "Vouched",
    meaning: "People whom whoever runs this server vouches for.",
  },
  {
    audience: "everyone",
    label: "Everyone",
    meaning: "Anybody on this server with whom you have a conversation.",
  },
];

interface AudiencesProps {
  settings: CallSettings;
  onChange: (audiences: Audience[]) => void;
  children: ReactNode;
}

/** Who may ring: groups of people, several at once. */
export function Audiences({ settings, onChange, children }: AudiencesProps) {
  const isOn = settings.calling === "on";
  return (
    <SettingsSection title="Who may ring me">
      <p className={styles.rule}>
        Each of them only once you both wrote in your conversation, or accepted its request.
        {isOn ? null : " Turn on Calls to choose."}
      </p>
      <fieldset className={styles.audiences}>
        <legend className="visually-hidden">Who may ring me</legend>
        {audiences.map(({ audience, label, meaning }) => (
          <Checkbox
            key={audience}
            label={label}
            isChosen={settings.audiences.includes(audience)}
            isDisabled={!isOn}
            onChange={(isChosen) => onChange(withAudience(settings, audience, isChosen))}
          >
            {meaning}
          </Checkbox>
        ))}
      </fieldset>
      {children}
    </SettingsSection>
  );
}

/** In the order of the list above: the same choice is always the same list. */
function withAudience(settings: CallSettings, changed: Audience, isChosen: boolean): Audience[] {
  return audiences
    .map(({ audience }) => audience)
    .filter((audience) =>
      audience === changed ? isChosen : settings.audiences.includes(audience),
    );
}
