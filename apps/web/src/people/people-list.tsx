import type { Handle, PersonView } from "@ringfence/protocol";
import { Link } from "react-router";
import { useClient } from "../app/client-context.tsx";
import { LoadFailure } from "../app/load-failure.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { EmptyState } from "../controls/empty-state.tsx";
import { LoadingRows } from "../controls/loading.tsx";
import { Avatar } from "./avatar.tsx";
import styles from "./people-list.module.css";
import { PersonName } from "./person-name.tsx";
import { relationOf } from "./relation.ts";
import { useFindPeople } from "./use-find-people.ts";

interface PeopleListProps {
  /** What a handle begins with; "" for the people this account follows. */
  startsWith: string;
  /** Where a tap on a person leads: their profile or the conversation with them. */
  leadsTo: "/people" | "/messages";
  /** The person who stands beside the list, where one does. */
  open: Handle | null;
}

export function PeopleList({ startsWith, leadsTo, open }: PeopleListProps) {
  const { found, problem, loadMore, tryAgain } = useFindPeople(startsWith);
  const more = useAction(loadMore);
  if (problem !== null) return <LoadFailure onTryAgain={tryAgain}>{problem.message}</LoadFailure>;
  if (found === null) return <LoadingRows of="people" />;
  if (found.people.length === 0) return <NobodyFound startsWith={startsWith} />;
  return (
    <>
      <ul className={styles.list}>
        {found.people.map((person) => (
          <li key={person.handle}>
            <Link
              className={styles.row}
              to={`${leadsTo}/@${person.handle}`}
              aria-current={person.handle === open ? "page" : undefined}
            >
              <Avatar of={person} />
              {person.handle === open ? (
                <LiveName of={person} />
              ) : (
                <PersonName of={person} note={relationOf(person)} />
              )}
            </Link>
          </li>
        ))}
      </ul>
      <ProblemNotice problem={more.problem} />
      {found.next === null ? null : (
        <Button look="quiet" isWide isBusy={more.isRunning} onClick={more.run}>
          Show more people
        </Button>
      )}
    </>
  );
}

/** The person beside the list may be followed or blocked there: the list then says so too. */
function LiveName({ of }: { of: PersonView }) {
  const { people } = useClient();
  const live = useObservable(people.person(of.handle));
  const person = live.state === "ready" ? live.value : of;
  return <PersonName of={person} note={relationOf(person)} />;
}

function NobodyFound({ startsWith }: { startsWith: string }) {
  if (startsWith === "") {
    return (
      <EmptyState icon="people" title="You follow nobody yet">
        Ask a friend for their handle and type it above. Following somebody lets their messages
        reach you directly.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="search" title="Nobody here by that handle">
      No handle on this server begins with “{startsWith}”. Check the spelling, or ask them for it.
    </EmptyState>
  );
}
