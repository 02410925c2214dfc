import type { Person } from "@ringfence/protocol";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { BlockButton } from "../people/block-button.tsx";
import styles from "./answer-panel.module.css";

export function BlockedPanel({ person }: { person: Person }) {
  return (
    <div ref={giveFocusBack} className={styles.panel}>
      <p className={styles.meaning}>
        You blocked @{person.handle}. What they write does not reach you, and they cannot ring you.
      </p>
      <div className={styles.actions}>
        <BlockButton person={{ handle: person.handle, youBlocked: true }} />
      </div>
    </div>
  );
}
