import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";
import styles from "./notice.module.css";

interface NoticeProps {
  tone?: "plain" | "attention" | "problem";
  icon: IconName;
  children: ReactNode;
  /** What to do about it. */
  action?: ReactNode;
}

/** A sentence that stands in the page: what is so, and beside it what to do. */
export function Notice({ tone = "plain", icon, children, action }: NoticeProps) {
  return (
    <div className={styles.notice} data-tone={tone}>
      <div className={styles.said}>
        <Icon name={icon} />
        <div className={styles.words}>{children}</div>
      </div>
      {action}
    </div>
  );
}
