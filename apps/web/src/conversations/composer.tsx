import { limits, type Handle } from "@ringfence/protocol";
import { useRef, type KeyboardEvent } from "react";
import { useClient } from "../app/client-context.tsx";
import { useDraft } from "../app/kept.tsx";
import { useObservable } from "../app/use-observable.ts";
import { Icon } from "../controls/icon.tsx";
import styles from "./composer.module.css";

/** From here on the composer counts what is left. */
const countFrom = limits.messageCharactersMax - 200;

const fieldId = "composer";

/** For whoever sends a person here to write, such as before a first ring. */
export function focusComposer(): void {
  document.getElementById(fieldId)?.focus();
}

export function Composer({ to }: { to: Handle }) {
  const { conversations } = useClient();
  const [text, setText] = useDraft(to);
  const field = useRef<HTMLTextAreaElement>(null);
  const length = Array.from(text).length;
  const mayBeSent = text.trim() !== "" && length <= limits.messageCharactersMax;

  function send() {
    if (!mayBeSent) return;
    conversations.send(to, text.trim());
    setText("");
    // On a phone the keyboard stays where it is.
    field.current?.focus();
  }

  function sendOnEnter(event: KeyboardEvent) {
    const isSend = event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing;
    // On a touch keyboard Enter is the only way to a new line.
    if (!isSend || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className={styles.box}>
        <textarea
          ref={field}
          id={fieldId}
          className={styles.text}
          aria-label="Message"
          placeholder={`Write to @${to}`}
          rows={1}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={sendOnEnter}
        />
        <button
          type="submit"
          className={styles.send}
          aria-label="Send"
          title="Send"
          disabled={!mayBeSent}
        >
          <Icon name="send" />
        </button>
      </div>
      <output className={styles.left} data-over={!mayBeSent || undefined}>
        {length < countFrom ? null : leftWords(limits.messageCharactersMax - length)}
      </output>
      <WhoCanRead of={to} />
    </form>
  );
}

function leftWords(left: number): string {
  return left >= 0 ? `${left} characters left` : `${-left} characters too many: send it in parts`;
}

/** Stands under a conversation until its first message. It claims no more than is so. */
function WhoCanRead({ of }: { of: Handle }) {
  const { conversations } = useClient();
  const thread = useObservable(conversations.thread(of));
  if (thread.state !== "ready" || thread.entries.length > 0) return null;
  return (
    <p className={styles.whoCanRead}>
      Calls are end-to-end encrypted. Messages can be read by whoever runs this server.
    </p>
  );
}
