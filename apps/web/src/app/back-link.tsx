import { Link } from "react-router";
import { Icon } from "../controls/icon.tsx";
import styles from "./back-link.module.css";

interface BackLinkProps {
  to: string;
  /** The list beside the page has no line for it: the way back stands on wide screens too. */
  isDeeper?: boolean;
  children: string;
}

/** Up to the list that this page belongs to. Where the list stands beside it there is no need. */
export function BackLink({ to, isDeeper, children }: BackLinkProps) {
  return (
    <Link to={to} className={styles.back} data-deeper={isDeeper}>
      <Icon name="back" />
      {children}
    </Link>
  );
}
