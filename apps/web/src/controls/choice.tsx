import { useId, type ReactNode } from "react";
import styles from "./choice.module.css";

interface ChoiceProps {
  label: string;
  /** What the choice means, in a plain sentence. */
  children?: ReactNode;
  isChosen: boolean;
  isDisabled?: boolean;
  onChange: (isChosen: boolean) => void;
}

/** On or off, at once: the browser's own checkbox in the role of a switch. */
export function Switch(props: ChoiceProps) {
  return <Choice {...props} kind="switch" />;
}

/** One of several that may be chosen together. */
export function Checkbox(props: ChoiceProps) {
  return <Choice {...props} kind="checkbox" />;
}

function Choice({
  label,
  children,
  isChosen,
  isDisabled = false,
  onChange,
  kind,
}: ChoiceProps & { kind: "switch" | "checkbox" }) {
  const id = useId();
  return (
    <div className={styles.choice} data-kind={kind}>
      <div className={styles.words}>
        <label className={styles.label} htmlFor={id}>
          {label}
        </label>
        <div className={styles.meaning} id={`${id}-meaning`}>
          {children}
        </div>
      </div>
      <input
        type="checkbox"
        role={kind === "switch" ? "switch" : undefined}
        id={id}
        className={styles[kind]}
        checked={isChosen}
        disabled={isDisabled}
        aria-describedby={`${id}-meaning`}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </div>
  );
}
