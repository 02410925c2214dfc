import type { ReactNode } from "react";
import { useKeptScroll } from "./kept.tsx";
import styles from "./list-pane.module.css";
import { PageHeading } from "./page-heading.tsx";

interface ListPaneProps {
  heading: string;
  /** Whether the list is the page itself, and not beside what was picked from it. */
  isPage: boolean;
  /** Stands at the heading's end. */
  beside?: ReactNode;
  /** Stays in place while the list scrolls. */
  top?: ReactNode;
  children: ReactNode;
  /** Stands below the list. What goes away here moves nothing that a finger aims at. */
  foot?: ReactNode;
}

/** The pane of a list: its heading, what stays above it, and what scrolls. */
export function ListPane({ heading, isPage, beside, top, children, foot }: ListPaneProps) {
  const keepScroll = useKeptScroll(heading);
  return (
    <div className={styles.pane}>
      <div className={styles.top}>
        <div className={styles.title}>
          {isPage ? (
            <PageHeading className={styles.heading}>{heading}</PageHeading>
          ) : (
            <h2 className={styles.heading}>{heading}</h2>
          )}
          {beside}
        </div>
        {top}
      </div>
      <div ref={keepScroll} className={styles.scroll}>
        {children}
      </div>
      {foot}
    </div>
  );
}
