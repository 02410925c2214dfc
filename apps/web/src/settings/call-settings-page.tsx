import type { Audience, CallSettings, CallSettingsChange } from "@ringfence/protocol";
import { BackLink } from "../app/back-link.tsx";
import { useClient } from "../app/client-context.tsx";
import { PageHeading } from "../app/page-heading.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { Page } from "../app/page.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useObservable } from "../app/use-observable.ts";
import { Checkbox, Switch } from "../controls/choice.tsx";
import { LoadingRows } from "../controls/loading.tsx";
import { BlockedPeople } from "./blocked-people.tsx";
import styles from "./call-settings-page.module.css";
import { FirstUseCard } from "./first-use-card.tsx";
import { SettingsSection } from "./settings-section.tsx";
import { SoundSetting } from "./sound-setting.tsx";

const audiences: readonly { audience: Audience; label: string; meaning: string }[] = [
  { audience: "mutuals", label: "Mutuals", meaning: "People you follow who follow you too." },
  {
    audience: "people-i-follow",
    label: "People I follow",
    meaning: "Everybody you follow, whether they follow you or not.",
  },
  {
    audience: "everyone",
    label: "Everyone",
    meaning: "Anybody on this server with whom you have a conversation.",
  },
];

export function CallSettingsPage() {
  const { callSettings } = useClient();
  const settings = useObservable(callSettings.snapshot);
  const change = useAction((next: CallSettingsChange) => callSettings.change(next));
  return (
    <Page>
      <PageTitle>Calls</PageTitle>
      <BackLink to="/settings">Settings</BackLink>
      <PageHeading>Calls</PageHeading>
      {settings === null ? (
        <LoadingRows of="your settings" />
      ) : (
        <>
          <div className={styles.first}>
            <FirstUseCard isInSettings />
          </div>
          <WhoMayRing settings={settings} onChange={change.run} />
          <ProblemNotice problem={change.problem} />
          <BlockedPeople />
          <SettingsSection title="Your address">
            <Switch
              label="Hide my address"
              isChosen={settings.hideAddress}
              onChange={(hideAddress) => change.run({ hideAddress })}
            >
              <p>
                When two browsers connect directly, each learns the other's internet address, and
                with it roughly where they are. Through the relay neither does.
              </p>
              <p>
                Direct calls do not exist yet: every call is relayed, whatever stands here. Your
                choice is kept for when they do.
              </p>
            </Switch>
          </SettingsSection>
          <SoundSetting />
        </>
      )}
    </Page>
  );
}

interface WhoMayRingProps {
  settings: CallSettings;
  onChange: (change: CallSettingsChange) => void;
}

function WhoMayRing({ settings, onChange }: WhoMayRingProps) {
  const isOn = settings.calling === "on";
  return (
    <>
      <SettingsSection title="Being rung">
        <Switch
          label="Calls"
          isChosen={isOn}
          onChange={(isChosen) => onChange({ calling: isChosen ? "on" : "off" })}
        >
          {isOn
            ? "The people you choose below can ring you."
            : "Nobody can ring you. You can still ring people who let you."}
        </Switch>
      </SettingsSection>
      <SettingsSection title="Who may ring me">
        <p className={styles.rule}>
          Each of them only once you both wrote in your conversation, or accepted its request.
          {isOn && settings.audiences.length === 0 ? (
            <strong> Nobody is chosen, so nobody can ring you.</strong>
          ) : null}
        </p>
        <fieldset className={styles.audiences}>
          <legend className="visually-hidden">Who may ring me</legend>
          {audiences.map(({ audience, label, meaning }) => (
            <Checkbox
              key={audience}
              label={label}
              isChosen={settings.audiences.includes(audience)}
              isDisabled={!isOn}
              onChange={(isChosen) =>
                onChange({ audiences: toggled(settings, audience, isChosen) })
              }
            >
              {meaning}
            </Checkbox>
          ))}
        </fieldset>
      </SettingsSection>
    </>
  );
}

function toggled({ audiences: chosen }: CallSettings, audience: Audience, isChosen: boolean) {
  return isChosen ? [...chosen, audience] : chosen.filter((other) => other !== audience);
}
