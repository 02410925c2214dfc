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
          Direct calls do not exist yet: every call is relayed, whatever stands here. Your choice is
          kept for when they do.
        </p>
      </Switch>
    </SettingsSection>
  );
}
