import type { Person } from "@ringfence/protocol";
import { useId } from "react";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import styles from "./blocked-people.module.css";
import { PagedRows } from "./paged-rows.tsx";
import { PersonRow } from "./person-row.tsx";
import { SettingsSection } from "./settings-section.tsx";

/** Whom this account blocked, each with the way back. */
export function BlockedPeople() {
  const { whoCanRing } = useClient();
  return (
    <SettingsSection title="People you blocked">
      <p className={styles.meaning}>
        They cannot ring you, and what they write does not reach you. Unblocking does not make you
        follow each other again.
      </p>
      <PagedRows
        paged={whoCanRing.blocked}
        of="the people you blocked"
        empty={<p>Nobody. To block somebody, open their page and choose Block.</p>}
      >
        {(person) => <BlockedPerson key={person.handle} person={person} />}
      </PagedRows>
    </SettingsSection>
  );
}

function BlockedPerson({ person }: { person: Person }) {
  const { people } = useClient();
  const id = useId();
  const unblock = useAction(() => people.unblock(person.handle));
  return (
    <PersonRow
      person={person}
      id={id}
      actions={
        <Button aria-describedby={id} isBusy={unblock.isRunning} onClick={unblock.run}>
          Unblock
        </Button>
      }
    >
      <ProblemNotice problem={unblock.problem} />
    </PersonRow>
  );
}
