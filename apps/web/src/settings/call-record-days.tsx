import type { Retention } from "@ringfence/protocol";
import { useCallback, useId, useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { LoadFailure } from "../app/load-failure.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useFetched } from "../app/use-fetched.ts";
import { Button } from "../controls/button.tsx";
import { LoadingRows } from "../controls/loading.tsx";
import { daysInWords, daysToChoose } from "./call-record-words.ts";
import styles from "./data-page.module.css";

/** For how long calls stand in this account's threads. */
export function CallRecordDays() {
  const { records } = useClient();
  const read = useCallback(() => records.readRetention(), [records]);
  const { fetched, problem, tryAgain, change } = useFetched(read);
  if (fetched !== null)
    return <ChooseDays retention={fetched} onChanged={(now) => change(() => now)} />;
  if (problem === null) return <LoadingRows of="how long your calls are kept" count={1} />;
  return (
    <LoadFailure onTryAgain={tryAgain}>
      How long your calls are kept could not be asked.
    </LoadFailure>
  );
}

interface ChooseDaysProps {
  retention: Retention;
  onChanged: (retention: Retention) => void;
}

function ChooseDays({ retention, onChanged }: ChooseDaysProps) {
  const { records } = useClient();
  const { callRecordDays: kept, callRecordDaysMax: most } = retention;
  const [chosen, setChosen] = useState(kept);
  const id = useId();
  const saving = useAction(async () => onChanged(await records.keepCallsFor(chosen)));
  if (most === 0) return <p>This server keeps no calls: none stands in a conversation.</p>;
  return (
    <div className={styles.choosing}>
      <p>
        Calls stand in your conversations for this long, and with you alone: the other person
        chooses for themselves. This server keeps none for more than {daysInWords(most)}.
      </p>
      <div className={styles.row}>
        <label htmlFor={id}>Keep my calls for</label>
        <select
          id={id}
          className={styles.select}
          value={chosen}
          onChange={(event) => setChosen(Number(event.currentTarget.value))}
        >
          {daysToChoose(retention).map((days) => (
            <option key={days} value={days}>
              {daysInWords(days)}
            </option>
          ))}
        </select>
        {chosen === kept ? null : (
          <Button look="primary" isBusy={saving.isRunning} onClick={saving.run}>
            Save
          </Button>
        )}
      </div>
      <output className={styles.soft}>
        {chosen < kept
          ? "When you save, what is older goes at once and for good, and the receipts on this device with it."
          : ""}
      </output>
      <ProblemNotice problem={saving.problem} />
    </div>
  );
}
