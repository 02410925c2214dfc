import { Link } from "react-router";
import { Icon, type IconName } from "../controls/icon.tsx";
import styles from "./sub-page-links.module.css";

const pages: readonly { to: string; icon: IconName; name: string; about: string }[] = [
  {
    to: "/settings/calls/people",
    icon: "people",
    name: "Single people",
    about: "Who has a right of their own, a never, or is blocked",
  },
  {
    to: "/settings/calls/address-book",
    icon: "data",
    name: "Address book",
    about: "The people you keep here",
  },
  {
    to: "/settings/calls/attempts",
    icon: "missed",
    name: "Tried to reach you",
    about: "Who was not let ring, and why",
  },
  {
    to: "/settings/calls/presets",
    icon: "tune",
    name: "Presets",
    about: "All of this at once: Private, or like X",
  },
];

/** What is too long for the one page of calls. */
export function SubPageLinks() {
  return (
    <ul className={styles.links}>
      {pages.map(({ to, icon, name, about }) => (
        <li key={to}>
          <Link to={to} className={styles.link}>
            <span className={styles.icon}>
              <Icon name={icon} />
            </span>
            <span className={styles.words}>
              <span className={styles.name}>{name}</span>
              <span className={styles.about}>{about}</span>
            </span>
            <Icon name="forward" />
          </Link>
        </li>
      ))}
    </ul>
  );
}
