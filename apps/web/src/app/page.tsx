import type { ReactNode } from "react";
import styles from "./page.module.css";

/** One column to read from top to bottom. */
export function Page({ children }: { children: ReactNode }) {
  return (
    <div className={styles.scroll}>
      <div className={styles.column}>{children}</div>
    </div>
  );
}
