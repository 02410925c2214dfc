import { useId } from "react";
import styles from "./text-area.module.css";

interface TextAreaProps {
  label: string;
  text: string;
  /** In code points, as the protocol counts them. */
  charactersMax: number;
  rows?: number;
  onChange: (text: string) => void;
}

/** A few lines that count what is left. Too much can be typed or pasted, and be cut by its writer. */
export function TextArea({ label, text, charactersMax, rows = 3, onChange }: TextAreaProps) {
  const id = useId();
  const left = charactersLeft(text, charactersMax);
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className={styles.text}
        rows={rows}
        value={text}
        aria-invalid={left < 0}
        aria-describedby={`${id}-left`}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <p className={styles.left} id={`${id}-left`} data-over={left < 0 || undefined}>
        {left >= 0 ? `${left} characters left` : `${-left} characters too many`}
      </p>
    </div>
  );
}

/** Negative where there are too many. */
export function charactersLeft(text: string, charactersMax: number): number {
  return charactersMax - Array.from(text.trim()).length;
}
