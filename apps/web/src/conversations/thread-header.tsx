import type { ConversationView } from "@ringfence/protocol";
import { Link } from "react-router";
import { PageHeading } from "../app/page-heading.tsx";
import { CallButtons } from "../call/call-buttons.tsx";
import { Icon } from "../controls/icon.tsx";
import { Avatar } from "../people/avatar.tsx";
import { ComparedMark } from "./compared-mark.tsx";
import styles from "./thread-header.module.css";

export function ThreadHeader({ conversation }: { conversation: ConversationView }) {
  const { with: person } = conversation;
  return (
    <header className={styles.header}>
      <Link to="/messages" className={styles.back} aria-label="Back to all conversations">
        <Icon name="back" />
      </Link>
      <Link to={`/people/@${person.handle}`} className={styles.person} title="Open profile">
        <Avatar of={person} size="small" />
        <span className={styles.names}>
          <PageHeading className={styles.name}>{person.displayName}</PageHeading>
          <span className={styles.handle}>
            @{person.handle} <ComparedMark of={person.handle} />
          </span>
        </span>
      </Link>
      {conversation.youBlocked ? null : <CallButtons to={person} standing={conversation} />}
    </header>
  );
}
