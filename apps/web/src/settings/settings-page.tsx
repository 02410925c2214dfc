import { NavLink, Outlet, useMatch } from "react-router";
import { EmptyPane } from "../app/empty-pane.tsx";
import { ListPane } from "../app/list-pane.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { TwoPanes } from "../app/two-panes.tsx";
import { Icon, type IconName } from "../controls/icon.tsx";
import { RecoveryCodeReminder } from "./recovery-code-reminder.tsx";
import { SignedInAs } from "./signed-in-as.tsx";
import styles from "./settings-page.module.css";
import { useQuietMark } from "./use-quiet-mark.ts";

const parts: readonly { to: string; icon: IconName; name: string; about: string }[] = [
  {
    to: "/settings/calls",
    icon: "phone",
    name: "Calls",
    about: "Who may ring you, who may not",
  },
  {
    to: "/settings/devices",
    icon: "devices",
    name: "Devices and keys",
    about: "Where you are signed in, and how each device rings",
  },
  {
    to: "/settings/data",
    icon: "data",
    name: "Data",
    about: "What is kept, taking it along, and deleting it",
  },
];

export function SettingsPage() {
  const isIndex = useMatch("/settings") !== null;
  const quietWords = useQuietMark();
  const list = (
    <ListPane
      heading="Settings"
      isPage={isIndex}
      top={
        isIndex ? (
          <>
            <SignedInAs />
            <RecoveryCodeReminder />
          </>
        ) : null
      }
    >
      <nav aria-label="Settings">
        <ul>
          {parts.map((part) => (
            <li key={part.to}>
              <NavLink to={part.to} className={styles.part ?? ""}>
                <span className={styles.icon}>
                  <Icon name={part.icon} />
                </span>
                <span className={styles.words}>
                  <span className={styles.name}>{part.name}</span>
                  <span className={styles.about}>
                    {part.icon === "phone" && quietWords !== null ? quietWords : part.about}
                  </span>
                </span>
                <Icon name="forward" />
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
    </ListPane>
  );
  return (
    <TwoPanes list={list} isOpen={!isIndex}>
      <Outlet />
    </TwoPanes>
  );
}

export function NoSettingPicked() {
  return (
    <>
      <PageTitle>Settings</PageTitle>
      <EmptyPane>Pick what you want to look at or change.</EmptyPane>
    </>
  );
}
