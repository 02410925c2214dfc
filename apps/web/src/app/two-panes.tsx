import type { ReactNode } from "react";
import styles from "./two-panes.module.css";
import { useIsWide } from "./use-is-wide.ts";

interface TwoPanesProps {
  list: ReactNode;
  /** What was picked from the list, or what stands there before anything is. */
  children: ReactNode;
  /** Whether something was picked: on a phone it then stands in the place of the list. */
  isOpen: boolean;
}

/** A list and what was picked from it: side by side on a desktop, one after the other on a phone. */
export function TwoPanes({ list, children, isOpen }: TwoPanesProps) {
  const isWide = useIsWide();
  return (
    <div className={styles.panes}>
      {isWide || !isOpen ? <div className={styles.list}>{list}</div> : null}
      {/* Always there, because it also names the page. */}
      <div className={styles.sheet} hidden={!isWide && !isOpen}>
        {children}
      </div>
    </div>
  );
}
