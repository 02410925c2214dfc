import type { ConversationView, Entry } from "@ringfence/protocol";
import { Link } from "react-router";
import { Avatar } from "../people/avatar.tsx";
import { shortCallWords } from "./call-line-words.ts";
import styles from "./conversation-row.module.css";
import { shortWhen } from "./time-words.ts";

interface ConversationRowProps {
  conversation: ConversationView;
  isOpen: boolean;
  /** Unix time in milliseconds. */
  now: number;
}

export function ConversationRow({ conversation, isOpen, now }: ConversationRowProps) {
  const { with: person, unreadCount, latest } = conversation;
  return (
    <Link
      className={styles.row}
      to={`/messages/@${person.handle}`}
      aria-current={isOpen ? "page" : undefined}
      data-unread={unreadCount > 0 || undefined}
    >
      <Avatar of={person} />
      <span className={styles.words}>
        <span className={styles.line}>
          <span className={styles.name}>{person.displayName}</span>
          {latest === null ? null : (
            <time className={styles.when} dateTime={new Date(latest.at).toISOString()}>
              {shortWhen(latest.at, now)}
            </time>
          )}
        </span>
        <span className={styles.line}>
          <span className={styles.latest}>{latestWords(latest, person.handle)}</span>
          {unreadCount === 0 ? null : (
            <span className={styles.unread}>
              {unreadCount > 99 ? "99+" : unreadCount}
              <span className="visually-hidden"> unread</span>
            </span>
          )}
        </span>
      </span>
    </Link>
  );
}

function latestWords(latest: Entry | null, handle: string): string {
  if (latest === null) return `@${handle}`;
  if (latest.type === "call") return shortCallWords(latest, handle);
  return latest.fromMe ? `You: ${latest.text}` : latest.text;
}
