import type { QuietNow } from "@ringfence/client";
import type { DoNotDisturb as Chosen } from "@ringfence/protocol";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useNow } from "../app/use-now.ts";
import { Button } from "../controls/button.tsx";
import { Switch } from "../controls/choice.tsx";
import styles from "./quiet-hours.module.css";
import { endWords, nextMorning } from "./quiet-words.ts";

const hourMs = 3_600_000;

/** Quiet from now on: until it is turned off, or for a while. */
export function DoNotDisturb({ chosen, quiet }: { chosen: Chosen; quiet: QuietNow }) {
  const { callSettings } = useClient();
  const now = useNow();
  const change = useAction((doNotDisturb: Chosen) => callSettings.change({ doNotDisturb }));
  // What was chosen until a time is over by itself then.
  const isOn = quiet.isQuiet && quiet.because === "do-not-disturb";
  return (
    <>
      <Switch
        label="Do not disturb"
        isChosen={isOn}
        onChange={(isChosen) => change.run({ isOn: isChosen, until: null })}
      >
        {isOn ? onUntilWords(chosen.until, now) : "Quiet from now on, until you turn it off."}
      </Switch>
      <div className={styles.spans}>
        <Button onClick={() => change.run({ isOn: true, until: Date.now() + hourMs })}>
          For 1 hour
        </Button>
        <Button onClick={() => change.run({ isOn: true, until: nextMorning(Date.now()) })}>
          Until {endWords(nextMorning(now), now)}
        </Button>
      </div>
      <ProblemNotice problem={change.problem} />
    </>
  );
}

function onUntilWords(until: number | null, now: number): string {
  return until === null ? "On until you turn it off." : `On until ${endWords(until, now)}.`;
}
