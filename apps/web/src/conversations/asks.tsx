import type { Handle } from "@ringfence/protocol";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { AskCard } from "./ask-card.tsx";
import styles from "./asks.module.css";

/** The asks that wait for an answer. One whose conversation is open has its card there. */
export function Asks({ open }: { open: Handle | null }) {
  const client = useClient();
  const { asks, hasMore } = useObservable(client.asks.received);
  const more = useAction(() => client.asks.loadMore());
  return (
    <>
      <ul className={styles.asks}>
        {asks
          .filter(({ from }) => from.handle !== open)
          .map((ask) => (
            <li key={ask.id}>
              <AskCard ask={ask} />
            </li>
          ))}
      </ul>
      <ProblemNotice problem={more.problem} />
      {hasMore ? (
        <Button look="quiet" isWide isBusy={more.isRunning} onClick={more.run}>
          Show more who ask to call
        </Button>
      ) : null}
    </>
  );
}
