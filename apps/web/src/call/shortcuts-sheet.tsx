import { Sheet, SheetDone } from "../controls/sheet.tsx";
import { shortcuts } from "./call-shortcuts.ts";
import styles from "./shortcuts-sheet.module.css";

/** The keys of a call. */
export function ShortcutsSheet({ onClose }: { onClose: () => void }) {
  return (
    <Sheet title="Keys in a call" onClose={onClose}>
      <dl className={styles.keys}>
        {shortcuts.map(({ key, does }) => (
          <div className={styles.row} key={key}>
            <dt>
              <kbd className={styles.key}>{key.toUpperCase()}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.when}>
        They work while the call has the focus, and never while you type.
      </p>
      <SheetDone />
    </Sheet>
  );
}
