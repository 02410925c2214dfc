import type { Handle, Person } from "@ringfence/protocol";
import { useCallback } from "react";
import { useClient } from "../app/client-context.tsx";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { LoadFailure } from "../app/load-failure.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useFetched } from "../app/use-fetched.ts";
import { Button } from "../controls/button.tsx";
import { LoadingRows } from "../controls/loading.tsx";
import { Avatar } from "../people/avatar.tsx";
import { PersonName } from "../people/person-name.tsx";
import styles from "./blocked-people.module.css";
import { SettingsSection } from "./settings-section.tsx";

/** Whom this account blocked, each with the way back. */
export function BlockedPeople() {
  const { people } = useClient();
  const { fetched, problem, tryAgain, change } = useFetched(
    useCallback(() => people.listBlocked(), [people]),
  );
  const forget = (handle: Handle) =>
    change((blocked) => blocked.filter((person) => person.handle !== handle));
  return (
    <SettingsSection title="People you blocked">
      {fetched === null && problem === null ? (
        <LoadingRows of="the people you blocked" count={1} />
      ) : null}
      {problem === null ? null : <LoadFailure onTryAgain={tryAgain}>{problem.message}</LoadFailure>}
      {fetched === null ? null : (
        <p className={styles.meaning}>
          {fetched.length === 0
            ? "Nobody. To block somebody, open their profile and choose Block: then they cannot ring you, and what they write does not reach you."
            : "They cannot ring you, and what they write does not reach you. Unblocking does not make you follow each other again."}
        </p>
      )}
      <ul>
        {fetched?.map((person) => (
          <BlockedPerson key={person.handle} person={person} onUnblocked={forget} />
        ))}
      </ul>
    </SettingsSection>
  );
}

interface BlockedPersonProps {
  person: Person;
  onUnblocked: (handle: Handle) => void;
}

function BlockedPerson({ person, onUnblocked }: BlockedPersonProps) {
  const { people } = useClient();
  const unblock = useAction(async () => {
    await people.unblock(person.handle);
    onUnblocked(person.handle);
  });
  const id = `blocked-${person.handle}`;
  return (
    <li ref={giveFocusBack} className={styles.person}>
      <Avatar of={person} />
      <span className={styles.name} id={id}>
        <PersonName of={person} />
      </span>
      <Button aria-describedby={id} isBusy={unblock.isRunning} onClick={unblock.run}>
        Unblock
      </Button>
      <ProblemNotice problem={unblock.problem} />
    </li>
  );
}
