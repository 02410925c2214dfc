import type { CallSettings } from "@ringfence/protocol";
import { Switch } from "../controls/choice.tsx";
import { SettingsSection } from "./settings-section.tsx";

interface AddressSettingProps {
  settings: CallSettings;
  onChange: (hideAddress: boolean) => void;
}

/** Whether calls may be direct. Exceptions stand on the page for people, one by one. */
export function AddressSetting({ settings, onChange }: AddressSettingProps) {
  return (
    <SettingsSection title="Your address">
      <Switch label="Hide my address" isChosen={settings.hideAddress} onChange={onChange}>
        <p>
          When two browsers connect directly, each learns the other's internet address, and with it
          roughly where they are. Through the relay neither does.
        </p>
        <p>
          On, your calls are relayed, but for people with whom you chose otherwise. Off, they are
          direct with those who show theirs too, which can sound better. The page says so before you
          ring and before you accept, and nobody sees your address before a call is accepted.
        </p>
      </Switch>
    </SettingsSection>
  );
}
