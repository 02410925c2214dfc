import { type CallSettings, limits, type MayRing } from "@ringfence/protocol";
import { useId, useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { LoadFailure } from "../app/load-failure.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useNow } from "../app/use-now.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { LoadingRows } from "../controls/loading.tsx";
import { PersonRow } from "./person-row.tsx";
import styles from "./who-can-ring-now.module.css";
import { mayRingWords } from "./who-can-ring-words.ts";

/** So many stand on the page of settings; the others are a tap away. */
const shownMax = 3;

/** The truth of all rules together: the names, each with the reason. */
export function WhoCanRingNow({ settings }: { settings: CallSettings }) {
  const { whoCanRing } = useClient();
  const list = useObservable(whoCanRing.now.list);
  const id = useId();
  return (
    <section className={styles.region} aria-labelledby={id}>
      <h2 className={styles.title} id={id}>
        Who can ring you right now
      </h2>
      {list.state === "loading" ? <LoadingRows of="the people who can ring you" count={1} /> : null}
      {list.state === "failed" ? (
        <LoadFailure onTryAgain={() => whoCanRing.now.refresh()}>{list.error.message}</LoadFailure>
      ) : null}
      {list.state === "ready" ? (
        <People
          people={list.items}
          hasMore={list.hasMore}
          count={list.count ?? list.items.length}
          settings={settings}
        />
      ) : null}
    </section>
  );
}

interface PeopleProps {
  people: readonly MayRing[];
  hasMore: boolean;
  /** Of all pages. */
  count: number;
  settings: CallSettings;
}

function People({ people, hasMore, count, settings }: PeopleProps) {
  const { whoCanRing } = useClient();
  const now = useNow();
  const [isWhole, setWhole] = useState(false);
  const more = useAction(() => whoCanRing.now.loadMore());
  // What has ended by itself nobody pushes.
  const current = people.filter(({ until }) => until === null || until > now);
  const shown = isWhole ? current : current.slice(0, shownMax);
  if (current.length === 0 && !hasMore)
    return <p className={styles.nobody}>{nobodyWords(settings)}</p>;
  return (
    <>
      <ul>
        {shown.map((mayRing) => (
          <Row key={mayRing.person.handle} mayRing={mayRing} now={now} />
        ))}
      </ul>
      {current.length <= shownMax && !hasMore ? null : (
        <Button look="quiet" isWide aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Show fewer" : `Show all ${countWords(count)}`}
        </Button>
      )}
      <ProblemNotice problem={more.problem} />
      {isWhole && hasMore ? (
        <Button look="quiet" isWide isBusy={more.isRunning} onClick={more.run}>
          Show more
        </Button>
      ) : null}
    </>
  );
}

function Row({ mayRing, now }: { mayRing: MayRing; now: number }) {
  const { grants } = useClient();
  const { person, reason } = mayRing;
  const id = useId();
  const isGrant = reason === "grant-always" || reason === "grant-until" || reason === "grant-once";
  const isCallBack = reason === "you-rang" || reason === "you-asked";
  const end = useAction(() =>
    isGrant ? grants.end(person.handle) : grants.revokeCallBack(person.handle),
  );
  return (
    <PersonRow
      person={person}
      id={id}
      note={mayRingWords(mayRing, now)}
      {...((isGrant || isCallBack) && {
        actions: (
          <Button aria-describedby={id} isBusy={end.isRunning} onClick={end.run}>
            End
          </Button>
        ),
      })}
    >
      <ProblemNotice problem={end.problem} />
    </PersonRow>
  );
}

function countWords(count: number): string {
  return count === limits.mayRingCountMax ? `${count} and more` : String(count);
}

/** Why the list is empty, and what to do. */
function nobodyWords({ calling, audiences }: CallSettings): string {
  if (calling === "unset") return "Nobody: you have not chosen yet. Choose above.";
  if (calling === "off") return "Nobody: Calls is off.";
  if (audiences.length === 0) {
    return "Nobody. Choose a group above, or open a person's page and let them ring.";
  }
  return "Nobody yet: the groups above hold nobody with whom you both wrote lately. Write to somebody, or open their page and let them ring.";
}
