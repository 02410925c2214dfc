import { useId, useState, type ComponentProps } from "react";
import styles from "./text-field.module.css";

interface TextFieldProps extends Omit<ComponentProps<"input">, "className" | "id"> {
  label: string;
  hint?: string;
  /** What is wrong with the value, and what to do. */
  problem?: string | undefined;
  /** Stands before what is typed, such as "@". */
  prefix?: string;
}

export function TextField({ label, hint, problem, prefix, ...input }: TextFieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <div className={styles.box} data-invalid={problem !== undefined || undefined}>
        {prefix === undefined ? null : (
          <span className={styles.prefix} aria-hidden="true">
            {prefix}
          </span>
        )}
        <input
          {...input}
          id={id}
          className={styles.input}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-hint ${id}-problem`}
        />
      </div>
      <p className={styles.hint} id={`${id}-hint`} hidden={hint === undefined}>
        {hint}
      </p>
      <p className={styles.problem} id={`${id}-problem`} role="alert">
        {problem}
      </p>
    </div>
  );
}

/** A password that its writer may look at. */
export function PasswordField(props: Omit<TextFieldProps, "type" | "prefix">) {
  const [isShown, setShown] = useState(false);
  return (
    <div className={styles.password}>
      <TextField
        {...props}
        type={isShown ? "text" : "password"}
        autoCapitalize="none"
        spellCheck={false}
      />
      <button
        type="button"
        className={styles.reveal}
        aria-pressed={isShown}
        onClick={() => setShown(!isShown)}
      >
        Show
      </button>
    </div>
  );
}
