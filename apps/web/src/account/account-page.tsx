import type { ReactNode } from "react";
import { Link } from "react-router";
import { PageHeading } from "../app/page-heading.tsx";
import { Wordmark } from "../theme/mark.tsx";
import styles from "./account-page.module.css";

/** The frame of the pages before one is signed in. */
export function AccountPage({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Link to="/" className={styles.home}>
          <Wordmark />
        </Link>
      </header>
      <main className={styles.card} id="main">
        <PageHeading className={styles.heading}>{heading}</PageHeading>
        {children}
      </main>
    </div>
  );
}
