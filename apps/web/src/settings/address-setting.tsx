import type { CallSettings } from "@ringfence/protocol";
import { Switch } from "../controls/choice.tsx";
import { SettingsSection } from "./settings-section.tsx";

interface AddressSettingProps {
  settings: CallSettings;
  onChange: (hideAddress: boolean) => void;
}

/** Whether calls may be direct. Exceptions for single people stand on the page of people. */
export function AddressSetting({ settings, onChange }: AddressSettingProps) {
  return (
    <SettingsSection title="Your address">
      <Switch label="Hide my address" isChosen={settings.hideAddress} onChange={onChange}>
        <p>
          When two browsers connect directly, each learns the other's internet address, and with it
          roughly where they are. Through the relay neither does.
        </p>
        <p>
          On, every call of yours is relayed. Off, calls are direct with those who show theirs too,
          which can sound better; it says so before you ring, and before you accept. Nobody sees
          your address before a call is accepted.
        </p>
      </Switch>
    </SettingsSection>
  );
}
