import { type CallSettings, type Preset, presets } from "@ringfence/protocol";
import { useId, useState, type ReactNode } from "react";
import { BackLink } from "../app/back-link.tsx";
import { useClient } from "../app/client-context.tsx";
import { PageHeading } from "../app/page-heading.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { Page } from "../app/page.tsx";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { LoadingRows } from "../controls/loading.tsx";
import { presetLines, presetNames } from "./preset-words.ts";
import styles from "./presets-page.module.css";
import { ProposalNotice } from "./proposal-notice.tsx";
import { useProposing } from "./use-proposing.ts";

const presetChoices: readonly { preset: Preset; meaning: string }[] = [
  {
    preset: "private",
    meaning:
      "What we recommend: people you follow who follow you too can ring, others ask first, and nobody in a call learns your address.",
  },
  {
    preset: "like-x",
    meaning:
      "As calls work at X. Its “People you follow” are our mutuals, and nobody asks. Calls may be direct, and then show your address. X's “verified users”, who pay for it, would be our Vouched, whom whoever runs this server vouches for: neither preset lets them ring.",
  },
];

/** All settings of calls at once: what each preset sets, beside what is set now. */
export function PresetsPage() {
  const { callSettings, proposals } = useClient();
  const settings = useObservable(callSettings.snapshot);
  const proposal = useObservable(proposals.proposal);
  const proposing = useProposing();
  const [touched, setTouched] = useState<Preset | null>(null);
  return (
    <Page>
      <PageTitle>Presets</PageTitle>
      <BackLink to="/settings/calls" isDeeper>
        Calls
      </BackLink>
      <PageHeading>Presets</PageHeading>
      <p className={styles.meaning}>
        A preset sets all of this at once. You can change any of it afterwards. Rights that you gave
        to somebody, and every never, stay.
      </p>
      {settings === null ? (
        <LoadingRows of="your settings" />
      ) : (
        <>
          <Comparison settings={settings} />
          {presetChoices.map(({ preset, meaning }) => (
            <PresetChoice
              key={preset}
              preset={preset}
              settings={settings}
              onUse={() => {
                setTouched(preset);
                proposing.propose(presetOf(preset));
              }}
              notice={
                <ProposalNotice
                  proposal={touched === preset ? proposal : null}
                  problem={touched === preset ? proposing.problem : null}
                  whenNobody="It is set. The same people can ring you as before."
                  onConfirm={proposing.confirm}
                  onDismiss={proposing.dismiss}
                />
              }
            >
              {meaning}
            </PresetChoice>
          ))}
        </>
      )}
    </Page>
  );
}

function Comparison({ settings }: { settings: CallSettings }) {
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">What is set now, and what each preset sets</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">Setting</span>
          </th>
          <th scope="col">Now</th>
          <th scope="col">{presetNames.private}</th>
          <th scope="col">{presetNames["like-x"]}</th>
        </tr>
      </thead>
      <tbody>
        {presetLines.map(({ name, words }) => {
          const now = words(settings);
          return (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{now}</td>
              {(["private", "like-x"] as const).map((preset) => {
                const then = words({ ...settings, ...presetOf(preset) });
                return <td key={preset}>{then === now ? then : <strong>{then}</strong>}</td>;
              })}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface PresetChoiceProps {
  preset: Preset;
  settings: CallSettings;
  onUse: () => void;
  /** What using it asks or tells. */
  notice: ReactNode;
  children: string;
}

function PresetChoice({ preset, settings, onUse, notice, children }: PresetChoiceProps) {
  const id = useId();
  const isInUse = presetLines.every(
    ({ words }) => words(settings) === words({ ...settings, ...presetOf(preset) }),
  );
  return (
    <section className={styles.preset} aria-labelledby={id}>
      <h2 className={styles.name} id={id}>
        {presetNames[preset]}
      </h2>
      <p className={styles.meaning}>{children}</p>
      {isInUse ? (
        <p className={styles.used}>In use</p>
      ) : (
        <div>
          <Button aria-describedby={id} onClick={onUse}>
            Use this preset
          </Button>
        </div>
      )}
      {notice}
    </section>
  );
}

function presetOf(preset: Preset) {
  const { audiences, ...rest } = presets[preset];
  return { ...rest, audiences: [...audiences] };
}
