import type { Person } from "@ringfence/protocol";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { Icon } from "../controls/icon.tsx";
import styles from "./asked-line.module.css";

/** The ask that this account sent. It reads the same whatever the other did with it. */
export function AskedLine({ to: { handle } }: { to: Person }) {
  const { asks } = useClient();
  const withdraw = useAction(() => asks.withdraw(handle));
  return (
    <div className={styles.asked}>
      <Icon name="check" />
      <p className={styles.words}>
        <strong>Asked.</strong> You hear of it only if @{handle} lets you call.
      </p>
      <Button look="quiet" isBusy={withdraw.isRunning} onClick={withdraw.run}>
        Withdraw
      </Button>
      <ProblemNotice problem={withdraw.problem} />
    </div>
  );
}
