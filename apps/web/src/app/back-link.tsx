import { Link } from "react-router";
import { Icon } from "../controls/icon.tsx";
import styles from "./back-link.module.css";

/** Up to the list that this page belongs to. Where the list stands beside it there is no need. */
export function BackLink({ to, children }: { to: string; children: string }) {
  return (
    <Link to={to} className={styles.back}>
      <Icon name="back" />
      {children}
    </Link>
  );
}
