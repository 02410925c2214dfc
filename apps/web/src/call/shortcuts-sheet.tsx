import { Sheet, SheetDone } from "../controls/sheet.tsx";
import { type CallAction, shortcuts } from "./call-shortcuts.ts";
import styles from "./shortcuts-sheet.module.css";

interface ShortcutsSheetProps {
  isOffered: (action: CallAction) => boolean;
  onClose: () => void;
}

/** The keys of a call that do something now. */
export function ShortcutsSheet({ isOffered, onClose }: ShortcutsSheetProps) {
  const offered = shortcuts.filter(({ action }) => isOffered(action));
  return (
    <Sheet title="Keys in a call" onClose={onClose}>
      <dl className={styles.keys}>
        {offered.map(({ key, does }) => (
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
