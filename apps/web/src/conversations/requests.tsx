import type { Handle } from "@ringfence/protocol";
import { useId } from "react";
import { useClient } from "../app/client-context.tsx";
import { useAction } from "../app/use-action.ts";
import { useNow } from "../app/use-now.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { Asks } from "./asks.tsx";
import { ConversationRow } from "./conversation-row.tsx";
import styles from "./requests.module.css";

/**
 * What waits for an answer: asks to call, and first messages of people whom this account does not
 * follow. Nothing stands here without one.
 */
export function Requests({ open }: { open: Handle | null }) {
  const { asks, conversations } = useClient();
  const { asks: received } = useObservable(asks.received);
  const requests = useObservable(conversations.requests);
  const now = useNow();
  const more = useAction(() => conversations.loadMore("requests"));
  const id = useId();
  const hasAsks = received.some(({ from }) => from.handle !== open);
  const hasMessages = requests.conversations.length > 0;
  if (!hasAsks && !hasMessages) return null;
  return (
    <section className={styles.requests} aria-labelledby={id}>
      <h2 className={styles.heading} id={id}>
        Requests
      </h2>
      {hasAsks ? <Asks open={open} /> : null}
      {hasMessages ? (
        <p className={styles.meaning}>
          People you don't follow. They see nothing until you accept.
        </p>
      ) : null}
      <ul className={styles.messages}>
        {requests.conversations.map((conversation) => (
          <li key={conversation.with.handle}>
            <ConversationRow
              conversation={conversation}
              isOpen={conversation.with.handle === open}
              now={now}
            />
          </li>
        ))}
      </ul>
      {requests.hasMore ? (
        <Button look="quiet" isWide isBusy={more.isRunning} onClick={more.run}>
          Show more requests
        </Button>
      ) : null}
    </section>
  );
}
