import { Mark } from "../theme/mark.tsx";
import styles from "./empty-pane.module.css";

/** What a desktop shows beside a list while nothing of it is open. */
export function EmptyPane({ children }: { children: string }) {
  return (
    <div className={styles.empty}>
      <Mark />
      <p>{children}</p>
    </div>
  );
}
