import type { PendingMessage } from "@ringfence/client";
import type { MessageEntry, Person } from "@ringfence/protocol";
import { useClient } from "../app/client-context.tsx";
import { linkify } from "./linkify.ts";
import styles from "./message-run.module.css";
import { keyOf } from "./runs.ts";
import { timeOfDay } from "./time-words.ts";

interface MessageRunProps {
  messages: readonly (MessageEntry | PendingMessage)[];
  fromMe: boolean;
  person: Person;
}

/** Messages of one side in a row. The time stands under the last. */
export function MessageRun({ messages, fromMe, person }: MessageRunProps) {
  const last = messages.at(-1);
  return (
    <div className={styles.run} data-mine={fromMe || undefined}>
      <span className="visually-hidden">{fromMe ? "You:" : `${person.displayName}:`}</span>
      {messages.map((message) => (
        <p
          className={styles.bubble}
          key={keyOf(message)}
          data-pending={message.type === "pending" || undefined}
        >
          <LinkedText text={message.text} />
        </p>
      ))}
      {last === undefined ? null : <State of={last} to={person} />}
    </div>
  );
}

/** The time of a message, or how far it got. */
function State({ of: message, to }: { of: MessageEntry | PendingMessage; to: Person }) {
  const { conversations } = useClient();
  if (message.type === "message") {
    return (
      <time className={styles.state} dateTime={new Date(message.at).toISOString()}>
        {timeOfDay(message.at)}
      </time>
    );
  }
  if (message.failure === null) return <span className={styles.state}>Sending…</span>;
  return (
    <span className={styles.failure} role="alert">
      Not sent. {message.failure.message}
      <button
        type="button"
        className={styles.retry}
        onClick={() => conversations.retry(to.handle, message.clientMessageId)}
      >
        Try again
      </button>
    </span>
  );
}

function LinkedText({ text }: { text: string }) {
  return linkify(text).map((part, place) =>
    part.type === "text" ? (
      part.text
    ) : (
      // The parts of one text never move: their place is their identity.
      // oxlint-disable-next-line react/no-array-index-key
      <a key={place} href={part.url} target="_blank" rel="noopener noreferrer nofollow">
        {part.text}
      </a>
    ),
  );
}
