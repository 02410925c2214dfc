import type { Person } from "@ringfence/protocol";
import { useNavigate } from "react-router";
import { useClient } from "../app/client-context.tsx";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { BlockButton } from "../people/block-button.tsx";
import styles from "./answer-panel.module.css";

/** Stands where the composer would: answering a request comes before writing. */
export function RequestPanel({ person }: { person: Person }) {
  const { conversations } = useClient();
  const navigate = useNavigate();
  const accept = useAction(() => conversations.acceptRequest(person.handle));
  const decline = useAction(async () => {
    await conversations.declineRequest(person.handle);
    await navigate("/messages");
  });
  return (
    <div ref={giveFocusBack} className={styles.panel}>
      <p className={styles.meaning}>
        <strong>{person.displayName}</strong> wants to write to you. Accept to answer. They are told
        nothing unless you do.
      </p>
      <div className={styles.actions}>
        <Button look="primary" isBusy={accept.isRunning} onClick={accept.run}>
          Accept request
        </Button>
        <Button isBusy={decline.isRunning} onClick={decline.run}>
          Decline request
        </Button>
        <BlockButton person={{ handle: person.handle, youBlocked: false }} />
      </div>
      <ProblemNotice problem={accept.problem ?? decline.problem} />
    </div>
  );
}
