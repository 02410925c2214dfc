import type { Person } from "@ringfence/protocol";
import styles from "./person-name.module.css";

/** Who a person is: the name they chose, the handle that is theirs alone, and what else to know. */
export function PersonName({ of, note = null }: { of: Person; note?: string | null }) {
  return (
    <span className={styles.person}>
      <span className={styles.name}>{of.displayName}</span>
      <span className={styles.handle}>
        @{of.handle}
        {note === null ? "" : ` · ${note}`}
      </span>
    </span>
  );
}
