import type { RefusedAttempt } from "@ringfence/protocol";
import { useEffect, useId } from "react";
import { BackLink } from "../app/back-link.tsx";
import { useClient } from "../app/client-context.tsx";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { PageHeading } from "../app/page-heading.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { Page } from "../app/page.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useNow } from "../app/use-now.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { shortWhen } from "../conversations/time-words.ts";
import { BlockButton } from "../people/block-button.tsx";
import { ReportButton } from "../people/report-button.tsx";
import styles from "./attempts-page.module.css";
import { PagedRows } from "./paged-rows.tsx";
import { PersonRow } from "./person-row.tsx";
import { refusedReasonWords } from "./who-can-ring-words.ts";

/** Who was not let ring, and by which of this account's own rules. They were told nothing of it. */
export function AttemptsPage() {
  const { whoCanRing } = useClient();
  const { attempts } = whoCanRing;
  const list = useObservable(attempts.list);
  const forget = useAction(() => whoCanRing.forgetAttempts());
  useEffect(() => attempts.expire(), [attempts]);
  const hasSome = list.state === "ready" && list.items.length > 0;
  return (
    <Page>
      <PageTitle>Tried to reach you</PageTitle>
      <BackLink to="/settings/calls" isDeeper>
        Calls
      </BackLink>
      <PageHeading>Tried to reach you</PageHeading>
      <p className={styles.meaning}>
        People who tried to ring or ask and were not let through. They were not told why. Kept for
        30 days.
      </p>
      <div className={styles.list}>
        <PagedRows
          paged={attempts}
          of="who tried to reach you"
          empty={<p>Nobody was turned away. When somebody is, you see here who, and why.</p>}
        >
          {(attempt) => <AttemptRow key={attempt.person.handle} attempt={attempt} />}
        </PagedRows>
      </div>
      {hasSome ? (
        <div ref={giveFocusBack}>
          <Button isBusy={forget.isRunning} onClick={forget.run}>
            Clear the list
          </Button>
        </div>
      ) : null}
      <ProblemNotice problem={forget.problem} />
    </Page>
  );
}

function AttemptRow({ attempt: { person, reason, count, lastAt } }: { attempt: RefusedAttempt }) {
  const now = useNow();
  const id = useId();
  const when = shortWhen(lastAt, now);
  return (
    <PersonRow
      person={person}
      id={id}
      note={
        <>
          {count === 1 ? when : `${count} times, last ${when}`} · {refusedReasonWords(reason)}
        </>
      }
    >
      <div className={styles.actions}>
        {reason === "you-blocked" ? null : (
          <BlockButton look="quiet" person={{ handle: person.handle, youBlocked: false }} />
        )}
        <ReportButton of={person.handle} about="attempt" />
      </div>
    </PersonRow>
  );
}
