import { type QuietPeriod, Weekday } from "@ringfence/protocol";
import { useState } from "react";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { Sheet, SheetActions, useCloseSheet } from "../controls/sheet.tsx";
import { TextField } from "../controls/text-field.tsx";
import styles from "./quiet-period-sheet.module.css";
import { minutesOf, timeValueOf, weekdayName } from "./quiet-words.ts";

interface QuietPeriodFormProps {
  period: QuietPeriod;
  onSave: (period: QuietPeriod) => Promise<void>;
  /** null: it is not there yet. */
  onRemove: (() => Promise<void>) | null;
}

interface QuietPeriodSheetProps extends QuietPeriodFormProps {
  title: string;
  onClose: () => void;
}

/** The days and times of one period. */
export function QuietPeriodSheet({ title, onClose, ...form }: QuietPeriodSheetProps) {
  return (
    <Sheet title={title} onClose={onClose}>
      <QuietPeriodForm {...form} />
    </Sheet>
  );
}

function QuietPeriodForm({ period, onSave, onRemove }: QuietPeriodFormProps) {
  const close = useCloseSheet();
  const [days, setDays] = useState(period.days);
  const [from, setFrom] = useState(timeValueOf(period.from));
  const [to, setTo] = useState(timeValueOf(period.to));
  const [isTried, setTried] = useState(false);
  const change = useAction(async (send: () => Promise<void>) => {
    await send();
    close();
  });
  const fromMinutes = minutesOf(from);
  const toMinutes = minutesOf(to);
  const goesOver = fromMinutes !== null && toMinutes !== null && toMinutes <= fromMinutes;

  function save() {
    setTried(true);
    if (days.length === 0 || fromMinutes === null || toMinutes === null) return;
    change.run(() => onSave({ days, from: fromMinutes, to: toMinutes }));
  }

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Days chosen={days} onChange={setDays} />
      <p className={styles.problem} role="alert">
        {isTried && days.length === 0 ? "Choose at least one day." : null}
      </p>
      <div className={styles.times}>
        <TextField
          label="From"
          type="time"
          value={from}
          problem={isTried && fromMinutes === null ? "Say from when." : undefined}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextField
          label="To"
          type="time"
          value={to}
          problem={isTried && toMinutes === null ? "Say until when." : undefined}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </div>
      <p className={styles.hint}>
        {goesOver ? "It ends on the day after." : "It ends on the same day."}
      </p>
      <ProblemNotice problem={change.problem} />
      <SheetActions>
        {onRemove === null ? null : (
          <Button look="danger" isBusy={change.isRunning} onClick={() => change.run(onRemove)}>
            Remove
          </Button>
        )}
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={change.isRunning}>
          Save
        </Button>
      </SheetActions>
    </form>
  );
}

interface DaysProps {
  chosen: readonly Weekday[];
  onChange: (days: Weekday[]) => void;
}

function Days({ chosen, onChange }: DaysProps) {
  return (
    <fieldset className={styles.days}>
      <legend className={styles.legend}>On these days</legend>
      {Weekday.options.map((day) => (
        <label key={day} className={styles.day}>
          <input
            type="checkbox"
            className={styles.box}
            aria-label={weekdayName(day, "long")}
            checked={chosen.includes(day)}
            onChange={({ currentTarget: { checked } }) =>
              onChange(
                Weekday.options.filter((one) => (one === day ? checked : chosen.includes(one))),
              )
            }
          />
          <span aria-hidden="true">{weekdayName(day, "short")}</span>
        </label>
      ))}
    </fieldset>
  );
}
