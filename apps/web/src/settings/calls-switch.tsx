import type { CallSettings } from "@ringfence/protocol";
import type { ReactNode } from "react";
import { Switch } from "../controls/choice.tsx";
import { SettingsSection } from "./settings-section.tsx";

interface CallsSwitchProps {
  settings: CallSettings;
  onChange: (calling: "on" | "off") => void;
  children: ReactNode;
}

/** The one switch over all. It acts at once, both ways: what it does is its name. */
export function CallsSwitch({ settings, onChange, children }: CallsSwitchProps) {
  const isOn = settings.calling === "on";
  return (
    <SettingsSection title="Being rung">
      <Switch
        label="Calls"
        isChosen={isOn}
        onChange={(isChosen) => onChange(isChosen ? "on" : "off")}
      >
        {meaningOf(settings.calling)}
      </Switch>
      {children}
    </SettingsSection>
  );
}

function meaningOf(calling: CallSettings["calling"]): string {
  switch (calling) {
    case "on":
      return "The people you choose below can ring you.";
    case "off":
      return "Nobody rings you, but whom you ring or ask yourself may ring back. You can still ring people who let you.";
    case "unset":
      return "Not chosen yet: only people whom you rang, asked or allowed yourself can ring you.";
  }
}
