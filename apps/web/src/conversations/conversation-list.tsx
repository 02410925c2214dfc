import type { ConversationList as List } from "@ringfence/client";
import type { Handle } from "@ringfence/protocol";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useNow } from "../app/use-now.ts";
import { ButtonLink, Button } from "../controls/button.tsx";
import { EmptyState } from "../controls/empty-state.tsx";
import { LoadingRows } from "../controls/loading.tsx";
import { ConversationRow } from "./conversation-row.tsx";
import styles from "./conversation-list.module.css";

interface ConversationListProps {
  list: List;
  open: Handle | null;
}

export function ConversationList({ list, open }: ConversationListProps) {
  const client = useClient();
  const now = useNow();
  const more = useAction(() => client.conversations.loadMore("inbox"));
  if (list.state === "loading" && list.conversations.length === 0) {
    return <LoadingRows of="your conversations" />;
  }
  return (
    <>
      {list.state === "ready" && list.conversations.length === 0 ? <NoConversations /> : null}
      <ul className={styles.list}>
        {list.conversations.map((conversation) => (
          <li key={conversation.with.handle}>
            <ConversationRow
              conversation={conversation}
              isOpen={conversation.with.handle === open}
              now={now}
            />
          </li>
        ))}
      </ul>
      <ProblemNotice problem={more.problem} />
      {list.hasMore ? (
        <Button look="quiet" isWide isBusy={more.isRunning} onClick={more.run}>
          Show older conversations
        </Button>
      ) : null}
    </>
  );
}

function NoConversations() {
  return (
    <EmptyState
      icon="messages"
      title="No conversations yet"
      action={<ButtonLink to="/people">Find people</ButtonLink>}
    >
      Type a handle above to find somebody, and write them a first message.
    </EmptyState>
  );
}
