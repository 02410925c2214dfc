import type { ComponentProps } from "react";
import { Link } from "react-router";
import styles from "./button.module.css";
import { Icon, type IconName } from "./icon.tsx";

/** `primary` is the one thing to do here, `plain` an equal choice, `quiet` everything else. */
export type ButtonLook = "primary" | "plain" | "quiet" | "danger";

interface ButtonProps extends Omit<ComponentProps<"button">, "className"> {
  look?: ButtonLook;
  icon?: IconName;
  /** The action runs: the button says so, stays in place and starts nothing twice. */
  isBusy?: boolean;
  isWide?: boolean;
}

export function Button({
  look = "plain",
  icon,
  isBusy = false,
  isWide = false,
  type = "button",
  onClick,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      // The type is one of the two that are written here, never a string from elsewhere.
      type={type}
      className={`${styles.button} ${styles[look]} ${isWide ? styles.wide : ""}`}
      aria-disabled={isBusy || undefined}
      data-busy={isBusy || undefined}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {icon === undefined ? null : <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

interface ButtonLinkProps extends Omit<ComponentProps<typeof Link>, "className"> {
  look?: ButtonLook;
  isWide?: boolean;
}

/** A place to go that looks as important as a button. */
export function ButtonLink({ look = "plain", isWide = false, ...rest }: ButtonLinkProps) {
  return (
    <Link {...rest} className={`${styles.button} ${styles[look]} ${isWide ? styles.wide : ""}`} />
  );
}

interface IconButtonProps extends Omit<ComponentProps<"button">, "className" | "aria-label"> {
  icon: IconName;
  label: string;
  look?: "quiet" | "primary" | "accent";
}

/** A button whose name only stands in its tooltip and in the accessibility tree. */
export function IconButton({
  icon,
  label,
  look = "quiet",
  type = "button",
  ...rest
}: IconButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={`${styles.round} ${styles[look]}`}
      aria-label={label}
      title={label}
    >
      <Icon name={icon} />
    </button>
  );
}
