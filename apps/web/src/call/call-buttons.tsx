import type { CallButton, Person } from "@ringfence/protocol";
import { useClient } from "../app/client-context.tsx";
import { useObservable } from "../app/use-observable.ts";
import { IconButton } from "../controls/button.tsx";
import styles from "./call-buttons.module.css";

interface CallButtonsProps {
  to: Person;
  callButton: CallButton;
}

/** The server's decision at the top right of a conversation: two buttons, or one neutral line. */
export function CallButtons({ to, callButton }: CallButtonsProps) {
  const { calls } = useClient();
  const { current } = useObservable(calls.snapshot);
  const isInCall = current !== null && current.phase !== "ended";
  if (callButton !== "call") {
    return (
      <p className={styles.neutral}>
        You can't call @{to.handle} here. Calls open when @{to.handle} allows them.
      </p>
    );
  }
  return (
    <div className={styles.buttons}>
      <IconButton
        icon="phone"
        label="Audio call"
        look="accent"
        disabled={isInCall}
        onClick={() => calls.ring(to, "audio")}
      />
      <IconButton
        icon="video"
        label="Video call"
        look="accent"
        disabled={isInCall}
        onClick={() => calls.ring(to, "video")}
      />
    </div>
  );
}
