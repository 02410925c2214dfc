import { type QuietHours, type QuietPeriod, Weekday, limits } from "@ringfence/protocol";
import { useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { Button } from "../controls/button.tsx";
import styles from "./quiet-hours.module.css";
import { QuietPeriodSheet } from "./quiet-period-sheet.tsx";
import { timeZoneHere } from "./quiet-time-zone.tsx";
import { daysWords, periodWords, timesWords } from "./quiet-words.ts";

/** From ten in the evening until seven: what most people want. */
const suggested: QuietPeriod = { days: [...Weekday.options], from: 22 * 60, to: 7 * 60 };

/** The hours of every week in which it is quiet, to be changed one by one. */
export function QuietPeriods({ quietHours }: { quietHours: QuietHours }) {
  const { callSettings } = useClient();
  const { periods } = quietHours;
  const [opened, setOpened] = useState<QuietPeriod | "new" | null>(null);
  const isNew = opened === "new";

  /** Puts another period in the place of the opened one; none: removes it. */
  const replace = (...others: QuietPeriod[]) => {
    const index = periods.findIndex((one) => isSame(one, opened));
    const next = periods
      .toSpliced(index < 0 ? periods.length : index, 1, ...others)
      // The same hours twice are the same hours.
      .filter((period, place, all) => all.findIndex((one) => isSame(one, period)) === place);
    // The first hours that a person sets are meant for the clock that they look at.
    const timeZone = periods.length === 0 ? timeZoneHere() : quietHours.timeZone;
    return callSettings.change({ quietHours: { timeZone, periods: next } });
  };

  return (
    <div className={styles.week}>
      <h3 className={styles.heading}>Every week</h3>
      {periods.length > 0 ? null : <p>No hours are set, such as those of the night.</p>}
      <ul>
        {periods.map((period) => (
          <li key={JSON.stringify(period)} className={styles.period}>
            <span>
              <span className={styles.days}>{daysWords(period)}</span>
              <span className={styles.times}>{timesWords(period)}</span>
            </span>
            <Button
              look="quiet"
              aria-label={`Change ${periodWords(period)}`}
              onClick={() => setOpened(period)}
            >
              Change
            </Button>
          </li>
        ))}
      </ul>
      {periods.length < limits.quietPeriodsMax ? (
        <Button onClick={() => setOpened("new")}>Add quiet hours</Button>
      ) : (
        <p>More than {limits.quietPeriodsMax} cannot be set.</p>
      )}
      {opened === null ? null : (
        <QuietPeriodSheet
          title={isNew ? "Add quiet hours" : "Change quiet hours"}
          period={isNew ? suggested : opened}
          onSave={(period) => replace(period)}
          onRemove={isNew ? null : () => replace()}
          onClose={() => setOpened(null)}
        />
      )}
    </div>
  );
}

function isSame(one: QuietPeriod, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
