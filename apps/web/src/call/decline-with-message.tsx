import type { IncomingCall } from "@ringfence/client";
import { limits } from "@ringfence/protocol";
import { useId, useState } from "react";
import { useClient } from "../app/client-context.tsx";
import styles from "./decline-with-message.module.css";

/** The button that opened the form is gone: the field is what it was pressed for. */
function focusOnce(field: HTMLInputElement | null): void {
  field?.focus();
}

/** A word in the conversation, and then the ring is declined. */
export function DeclineWithMessage({ call, onBack }: { call: IncomingCall; onBack: () => void }) {
  const { calls, conversations } = useClient();
  const [text, setText] = useState("I can't talk now. I'll call you back.");
  const id = useId();
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") conversations.send(call.with.handle, text.trim());
        calls.decline(call.callId);
      }}
    >
      <label className={styles.label} htmlFor={id}>
        Your words to @{call.with.handle}
      </label>
      <input
        ref={focusOnce}
        id={id}
        className={styles.words}
        value={text}
        maxLength={limits.messageCharactersMax}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={styles.actions}>
        <button type="button" className={styles.back} onClick={onBack}>
          Back
        </button>
        <button type="submit" className={styles.send}>
          Send and decline
        </button>
      </div>
    </form>
  );
}
