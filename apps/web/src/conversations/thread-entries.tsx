import type { ConversationView } from "@ringfence/protocol";
import { useClient } from "../app/client-context.tsx";
import { LoadFailure } from "../app/load-failure.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useNow } from "../app/use-now.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { LoadingRows } from "../controls/loading.tsx";
import { AskCard } from "./ask-card.tsx";
import { CallLine } from "./call-line.tsx";
import { MessageRun } from "./message-run.tsx";
import { daysOf, type Run } from "./runs.ts";
import { ThreadBeginning } from "./thread-beginning.tsx";
import styles from "./thread-entries.module.css";
import { useMarkRead } from "./use-mark-read.ts";

export function ThreadEntries({ conversation }: { conversation: ConversationView }) {
  const { conversations } = useClient();
  const { handle } = conversation.with;
  const thread = useObservable(conversations.thread(handle));
  const earlier = useAction(() => conversations.loadEarlier(handle));
  const now = useNow();
  useMarkRead(conversation, thread.state === "ready");
  return (
    // Laid out from its end, so that the newest stays in sight and earlier pages do not push.
    // A region that scrolls must be reachable by keyboard (axe: scrollable-region-focusable).
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.scroll} role="log" aria-label="Thread" tabIndex={0}>
      <div className={styles.entries}>
        {thread.state === "loading" && thread.entries.length === 0 ? (
          <LoadingRows of="the conversation" count={4} />
        ) : null}
        {thread.state === "failed" ? (
          <LoadFailure onTryAgain={() => conversations.loadEarlier(handle)}>
            What was written here could not be loaded.
          </LoadFailure>
        ) : null}
        <ProblemNotice problem={earlier.problem} />
        {thread.hasEarlier ? (
          <div className={styles.earlier}>
            <Button look="quiet" isBusy={earlier.isRunning} onClick={earlier.run}>
              Load earlier
            </Button>
          </div>
        ) : null}
        {thread.state === "ready" && thread.entries.length === 0 ? (
          <ThreadBeginning person={conversation.with} />
        ) : null}
        {daysOf(thread.entries, now).map((day) => (
          <section key={day.key} aria-label={day.label} className={styles.day}>
            <h2 className={styles.dayLabel}>{day.label}</h2>
            {day.runs.map((run) => (
              <RunOfThread key={run.key} run={run} conversation={conversation} />
            ))}
          </section>
        ))}
        {conversation.receivedAsk === null ? null : (
          <div className={styles.ask}>
            <AskCard ask={conversation.receivedAsk} key={conversation.receivedAsk.id} />
          </div>
        )}
      </div>
    </div>
  );
}

function RunOfThread({ run, conversation }: { run: Run; conversation: ConversationView }) {
  return run.type === "call" ? (
    <CallLine call={run.call} conversation={conversation} />
  ) : (
    <MessageRun messages={run.messages} fromMe={run.fromMe} person={conversation.with} />
  );
}
