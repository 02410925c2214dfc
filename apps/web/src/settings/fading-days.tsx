import { useId } from "react";
import styles from "./fading-days.module.css";

interface FadingDaysProps {
  days: number;
  onChange: (days: number) => void;
}

const usual = [30, 90, 180, 365, 730];

/** After how many days without a sign of this account its groups let somebody ring no more. */
export function FadingDays({ days, onChange }: FadingDaysProps) {
  const id = useId();
  const choices = usual.includes(days) ? usual : [...usual, days].toSorted((a, b) => a - b);
  return (
    <div className={styles.days}>
      <label htmlFor={id}>Fades after</label>
      <select
        id={id}
        className={styles.select}
        value={days}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      >
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice} {choice === 1 ? "day" : "days"}
          </option>
        ))}
      </select>
    </div>
  );
}
