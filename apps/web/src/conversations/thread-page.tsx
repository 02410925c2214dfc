import type { ConversationView, Handle } from "@ringfence/protocol";
import { BackLink } from "../app/back-link.tsx";
import { useClient } from "../app/client-context.tsx";
import { LoadFailure } from "../app/load-failure.tsx";
import { NotFound } from "../app/not-found.tsx";
import { PageHeading } from "../app/page-heading.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { useObservable } from "../app/use-observable.ts";
import { LoadingRows } from "../controls/loading.tsx";
import { useHandleParam } from "../people/use-handle-param.ts";
import { FirstUseCard } from "../settings/first-use-card.tsx";
import { BlockedPanel } from "./blocked-panel.tsx";
import { Composer } from "./composer.tsx";
import { RequestPanel } from "./request-panel.tsx";
import { ThreadEntries } from "./thread-entries.tsx";
import { ThreadHeader } from "./thread-header.tsx";
import styles from "./thread-page.module.css";

export function ThreadPage() {
  const handle = useHandleParam();
  return handle === null ? <NotFound /> : <ThreadWith handle={handle} key={handle} />;
}

function ThreadWith({ handle }: { handle: Handle }) {
  const { conversations } = useClient();
  const conversation = useObservable(conversations.conversation(handle));
  switch (conversation.state) {
    case "missing":
      return <NotFound what={`There is nobody called @${handle} here.`} />;
    case "loading":
    case "failed":
      return (
        <div className={styles.waiting}>
          <PageTitle>{`@${handle}`}</PageTitle>
          <BackLink to="/messages">Messages</BackLink>
          <PageHeading className={styles.heading}>@{handle}</PageHeading>
          {conversation.state === "loading" ? (
            <LoadingRows of="the conversation" />
          ) : (
            <LoadFailure onTryAgain={() => conversations.refresh(handle)}>
              {conversation.error.message}
            </LoadFailure>
          )}
        </div>
      );
    case "ready":
      return <Thread conversation={conversation.value} />;
  }
}

function Thread({ conversation }: { conversation: ConversationView }) {
  const { with: person, entered, youBlocked, receivedAsk } = conversation;
  return (
    <div className={styles.thread}>
      <PageTitle>{`${person.displayName} (@${person.handle})`}</PageTitle>
      <ThreadHeader conversation={conversation} />
      <ThreadEntries conversation={conversation} />
      <div className={styles.foot}>
        {/* The card of an ask is the first-use card for as long as it waits. */}
        {entered && !youBlocked && receivedAsk === null ? <FirstUseCard /> : null}
        <Answer to={conversation} />
      </div>
    </div>
  );
}

/** What a person can do at the end of the thread. */
function Answer({ to: { with: person, place, entered, youBlocked } }: { to: ConversationView }) {
  if (youBlocked) return <BlockedPanel person={person} />;
  if (place === "requests" && !entered) return <RequestPanel person={person} />;
  return <Composer to={person.handle} key={person.handle} />;
}
