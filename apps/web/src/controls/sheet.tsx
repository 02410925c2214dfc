import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useId,
  useRef,
  type ReactNode,
} from "react";
import { focusPage } from "../app/give-focus-back.ts";
import { Button, IconButton } from "./button.tsx";
import styles from "./sheet.module.css";

const CloseContext = createContext(() => {});

interface SheetProps {
  title: string;
  /**
   * `panel`: something longer to read. On a desktop it stands at the side, and the page beside it
   * stays in sight.
   */
  look?: "sheet" | "panel";
  children: ReactNode;
  /** It was closed, also by Escape or by a tap beside it. Whoever draws it takes it away. */
  onClose: () => void;
}

/**
 * A dialog that is open for as long as it is drawn. It is a popover and not modal: an incoming call
 * stays within reach.
 */
export function Sheet({ title, look = "sheet", children, onClose }: SheetProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const close = useCallback(() => dialog.current?.hidePopover(), []);
  useEffect(() => {
    // React may run an effect twice.
    if (dialog.current?.matches(":popover-open") === false) dialog.current.showPopover();
  }, []);
  return (
    <dialog
      ref={dialog}
      popover="auto"
      className={styles.sheet}
      data-look={look}
      aria-labelledby={id}
      onToggle={({ newState, target, currentTarget }) => {
        // React passes on that of a question inside it.
        if (newState !== "closed" || target !== currentTarget) return;
        onClose();
        // What opened it may be gone by then.
        queueMicrotask(() => document.activeElement === document.body && focusPage());
      }}
    >
      <div className={styles.head}>
        <h2 className={styles.title} id={id}>
          {title}
        </h2>
        {/* The focus begins here, and so at the beginning of what there is to read. */}
        {look === "panel" ? <IconButton icon="close" label="Close" onClick={close} /> : null}
      </div>
      <CloseContext value={close}>{children}</CloseContext>
    </dialog>
  );
}

/** Closes the sheet around; the focus goes back to where it was before. */
export function useCloseSheet(): () => void {
  return useContext(CloseContext);
}

/** For a sheet in which everything holds at once, and nothing is to be confirmed. */
export function SheetDone() {
  const close = useCloseSheet();
  return (
    <SheetActions>
      <Button look="primary" onClick={close}>
        Done
      </Button>
    </SheetActions>
  );
}

/** What happens then, in plain sentences. */
export function SheetMeaning({ children }: { children: ReactNode }) {
  return <div className={styles.meaning}>{children}</div>;
}

export function SheetActions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
