import { asProposed } from "@ringfence/client";
import type { CallSettings, CallSettingsChange } from "@ringfence/protocol";
import { useState } from "react";
import { BackLink } from "../app/back-link.tsx";
import { useClient } from "../app/client-context.tsx";
import { PageHeading } from "../app/page-heading.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { Page } from "../app/page.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useObservable } from "../app/use-observable.ts";
import { LoadingRows } from "../controls/loading.tsx";
import { AddressSetting } from "./address-setting.tsx";
import { Audiences } from "./audiences.tsx";
import styles from "./call-settings-page.module.css";
import { CallsSwitch } from "./calls-switch.tsx";
import { FirstUseCard } from "./first-use-card.tsx";
import { ProposalNotice } from "./proposal-notice.tsx";
import { QuietHours } from "./quiet-hours.tsx";
import { RingingRules } from "./ringing-rules.tsx";
import { SettingsSection } from "./settings-section.tsx";
import { ThisDevice } from "./this-device.tsx";
import { SubPageLinks } from "./sub-page-links.tsx";
import { useProposing } from "./use-proposing.ts";
import { WhoCanRingNow } from "./who-can-ring-now.tsx";

export function CallSettingsPage() {
  const { callSettings } = useClient();
  const settings = useObservable(callSettings.snapshot);
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
          <AllSettings settings={settings} />
        </>
      )}
    </Page>
  );
}

/** The part of the page that was touched: what a change asks or tells stands there. */
type Part = "calls" | "audiences" | "rules";

function AllSettings({ settings }: { settings: CallSettings }) {
  const { callSettings, proposals } = useClient();
  const proposal = useObservable(proposals.proposal);
  const proposing = useProposing();
  const [touched, setTouched] = useState<Part>("calls");
  const change = useAction((next: CallSettingsChange) => callSettings.change(next));
  const proposed = asProposed(settings, proposal);

  const propose = (part: Part) => (next: CallSettingsChange) => {
    setTouched(part);
    proposing.propose(next);
  };
  function turn(calling: "on" | "off") {
    setTouched("calls");
    if (calling === "on") proposing.changeAndTell({ calling });
    else proposing.changeNow({ calling });
  }
  const noticeIn = (part: Part) => (
    <ProposalNotice
      proposal={touched === part ? proposal : null}
      problem={touched === part ? proposing.problem : null}
      onConfirm={proposing.confirm}
      onDismiss={proposing.dismiss}
    />
  );
  return (
    <>
      <CallsSwitch settings={proposed} onChange={turn}>
        {noticeIn("calls")}
      </CallsSwitch>
      <Audiences settings={proposed} onChange={(audiences) => propose("audiences")({ audiences })}>
        {noticeIn("audiences")}
      </Audiences>
      <WhoCanRingNow settings={settings} />
      <RingingRules settings={proposed} onChange={propose("rules")}>
        {noticeIn("rules")}
      </RingingRules>
      <QuietHours />
      <AddressSetting settings={settings} onChange={(hideAddress) => change.run({ hideAddress })} />
      <ProblemNotice problem={change.problem} />
      <SettingsSection title="People and presets">
        <SubPageLinks />
      </SettingsSection>
      <ThisDevice />
    </>
  );
}
