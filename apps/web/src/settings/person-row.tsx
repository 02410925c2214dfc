import type { Person } from "@ringfence/protocol";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { Avatar } from "../people/avatar.tsx";
import styles from "./person-row.module.css";

interface PersonRowProps {
  person: Person;
  /** Of the name and the note: what describes the buttons. */
  id: string;
  /** What this list says of them, after the handle. */
  note?: ReactNode;
  /** Buttons beside the name. */
  actions?: ReactNode;
  /** What stands below, over the whole width. */
  children?: ReactNode;
}

/** A person in a list of rules, who leads to their page. */
export function PersonRow({ person, id, note, actions, children }: PersonRowProps) {
  return (
    <li ref={giveFocusBack} className={styles.row}>
      <Avatar of={person} />
      <div className={styles.words} id={id}>
        <Link className={styles.name} to={`/people/@${person.handle}`}>
          {person.displayName}
        </Link>
        <p className={styles.note}>
          @{person.handle}
          {note === undefined ? null : <> · {note}</>}
        </p>
      </div>
      {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
      {children === undefined ? null : <div className={styles.below}>{children}</div>}
    </li>
  );
}
