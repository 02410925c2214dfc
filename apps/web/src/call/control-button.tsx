import type { ComponentProps } from "react";
import { Icon, type IconName } from "../controls/icon.tsx";
import styles from "./control-button.module.css";

interface ControlButtonProps extends Omit<ComponentProps<"button">, "className" | "children"> {
  icon: IconName;
  /** What a press does; stands under the button. */
  label: string;
  /** `marked`: something is off that people expect on. */
  look?: "plain" | "marked" | "hang-up" | "accept";
}

/** One of the round buttons of a call, with its word. */
export function ControlButton({ icon, label, look = "plain", ...button }: ControlButtonProps) {
  return (
    <button {...button} type="button" className={styles.control} data-look={look} title={label}>
      <span className={styles.disc}>
        <Icon name={icon} />
      </span>
      <span className={styles.label}>{label}</span>
    </button>
  );
}
