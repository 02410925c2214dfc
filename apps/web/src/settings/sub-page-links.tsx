import type { PagedList } from "@ringfence/client";
import { useEffect } from "react";
import { Link } from "react-router";
import { useClient } from "../app/client-context.tsx";
import { useObservable } from "../app/use-observable.ts";
import { Icon, type IconName } from "../controls/icon.tsx";
import { connectionTestPath } from "./connection-test-path.ts";
import styles from "./sub-page-links.module.css";

/** What is too long for the one page of calls, each with what stands there now. */
export function SubPageLinks() {
  const { whoCanRing, addressBook } = useClient();
  const { grants, nevers, blocked, attempts } = whoCanRing;
  const rules = [
    countWords(useObservable(grants.list), "may ring"),
    countWords(useObservable(nevers.list), "never"),
    countWords(useObservable(blocked.list), "blocked"),
  ].filter((words) => words !== null);
  const kept = countWords(useObservable(addressBook.people.list), "in it");
  const turnedAway = useObservable(attempts.list);
  useEffect(() => attempts.expire(), [attempts]);
  return (
    <ul className={styles.links}>
      <SubPageLink to="/settings/calls/people" icon="people" name="Person by person">
        {rules.length === 0 ? "Who may always ring, or never" : rules.join(", ")}
      </SubPageLink>
      <SubPageLink to="/settings/calls/address-book" icon="data" name="Address book">
        {kept ?? "Keep people by their handle"}
      </SubPageLink>
      <SubPageLink to="/settings/calls/attempts" icon="missed" name="Tried to reach you">
        {turnedAway.state === "ready" && turnedAway.items.length === 0
          ? "Nobody was turned away"
          : (countWords(turnedAway, "not let through") ?? "Who was not let through, and why")}
      </SubPageLink>
      <SubPageLink to="/settings/calls/presets" icon="tune" name="Presets">
        All of this at once: Private, or like X
      </SubPageLink>
      <SubPageLink to={connectionTestPath} icon="connection" name="Test my connection">
        Whether calls get through from here, and your microphone
      </SubPageLink>
    </ul>
  );
}

interface SubPageLinkProps {
  to: string;
  icon: IconName;
  name: string;
  children: string;
}

function SubPageLink({ to, icon, name, children }: SubPageLinkProps) {
  return (
    <li>
      <Link to={to} className={styles.link}>
        <span className={styles.icon}>
          <Icon name={icon} />
        </span>
        <span>
          <span className={styles.name}>{name}</span>
          <span className={styles.about}>{children}</span>
        </span>
        <Icon name="forward" />
      </Link>
    </li>
  );
}

/** "3 never", "more than 50 never"; null where nobody is, or where it is not known. */
function countWords(list: PagedList<unknown>, what: string): string | null {
  if (list.state !== "ready" || list.items.length === 0) return null;
  return `${list.hasMore ? "more than " : ""}${list.items.length} ${what}`;
}
