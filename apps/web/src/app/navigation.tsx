import type { Person } from "@ringfence/protocol";
import { NavLink } from "react-router";
import { Icon, type IconName } from "../controls/icon.tsx";
import { Avatar } from "../people/avatar.tsx";
import { useQuietMark } from "../settings/use-quiet-mark.ts";
import { Mark } from "../theme/mark.tsx";
import { useClient } from "./client-context.tsx";
import styles from "./navigation.module.css";
import { useObservable } from "./use-observable.ts";

/** At the side on a desktop, at the foot on a phone. */
export function Navigation({ me }: { me: Person }) {
  const { asks, conversations } = useClient();
  const received = useObservable(asks.received);
  const inbox = useObservable(conversations.inbox);
  const hasUnread =
    received.asks.length > 0 ||
    inbox.conversations.some((conversation) => conversation.unreadCount > 0);
  const quietWords = useQuietMark();
  return (
    <nav className={styles.navigation} aria-label="Ringfence">
      <span className={styles.mark}>
        <Mark />
      </span>
      <Place to="/messages" icon="messages" name="Messages" isMarked={hasUnread} />
      <Place to="/people" icon="people" name="People" />
      <Place to="/settings" icon="settings" name="Settings" quietWords={quietWords} />
      <span className={styles.me} title={`@${me.handle}`}>
        <Avatar of={me} size="small" />
      </span>
    </nav>
  );
}

interface PlaceProps {
  to: string;
  icon: IconName;
  name: string;
  isMarked?: boolean;
  /** Rings make no sound now: until when. */
  quietWords?: string | null;
}

function Place({ to, icon, name, isMarked = false, quietWords = null }: PlaceProps) {
  return (
    <NavLink to={to} className={styles.place ?? ""} title={quietWords ?? undefined}>
      <span className={styles.icon} data-marked={isMarked || undefined}>
        <Icon name={icon} />
        {quietWords === null ? null : (
          <span className={styles.quiet}>
            <Icon name="quiet" />
          </span>
        )}
      </span>
      {name}
      {isMarked ? <span className="visually-hidden">, unread</span> : null}
      {quietWords === null ? null : <span className="visually-hidden">, {quietWords}</span>}
    </NavLink>
  );
}
