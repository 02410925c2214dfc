import { useId, useRef, type ReactNode } from "react";
import { Button, type ButtonLook } from "./button.tsx";
import type { IconName } from "./icon.tsx";
import styles from "./sheet.module.css";

interface ConfirmProps {
  /** The name of the button that asks, and of the one that does it. */
  action: string;
  icon?: IconName;
  look?: ButtonLook;
  question: string;
  /** The id of what says which of several buttons of this name it is. */
  describedBy?: string;
  /** What happens then, in plain sentences. */
  children: ReactNode;
  onConfirm: () => void;
}

/**
 * A button that asks before it acts. The question is a popover and no modal dialog: Escape and a
 * tap beside it mean no, and an incoming call stays within reach while it is open.
 */
export function Confirm({
  action,
  icon,
  look = "danger",
  question,
  describedBy,
  children,
  onConfirm,
}: ConfirmProps) {
  const id = useId();
  const popover = useRef<HTMLDivElement>(null);
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Button
        look={look}
        {...(icon && { icon })}
        aria-describedby={describedBy}
        popoverTarget={id}
        aria-haspopup="dialog"
      >
        {action}
      </Button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        role="alertdialog"
        aria-labelledby={`${id}-question`}
        aria-describedby={`${id}-meaning`}
        className={styles.sheet}
        // The focus begins on the answer that changes nothing.
        onToggle={(event) => event.newState === "open" && cancel.current?.focus()}
      >
        <h2 className={styles.title} id={`${id}-question`}>
          {question}
        </h2>
        <div className={styles.meaning} id={`${id}-meaning`}>
          {children}
        </div>
        <div className={styles.actions}>
          <Button ref={cancel} popoverTarget={id} popoverTargetAction="hide">
            Cancel
          </Button>
          <Button
            look={look === "danger" ? "danger" : "primary"}
            onClick={() => {
              popover.current?.hidePopover();
              onConfirm();
            }}
          >
            {action}
          </Button>
        </div>
      </div>
    </>
  );
}
