import type { RememberedPerson } from "@ringfence/client";
import type { Handle } from "@ringfence/protocol";
import { useId } from "react";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useObservable } from "../app/use-observable.ts";
import { Confirm } from "../controls/confirm.tsx";
import { dateWords } from "../conversations/time-words.ts";
import styles from "./compared-people.module.css";
import { PersonRow } from "./person-row.tsx";
import { SettingsSection } from "./settings-section.tsx";

/** With whom this person compared emoji. It is this device's own memory, and no server's. */
export function ComparedPeople() {
  const { identity } = useClient();
  const people = useObservable(identity.people).filter(isCompared);
  return (
    <SettingsSection title="Compared people">
      <p className={styles.meaning}>
        You compared emoji with them in a call. When one of them uses a device that is not linked to
        the one of that call, there is no sound before you have compared again. Only this device
        remembers it.
      </p>
      {people.length === 0 ? (
        <p>Nobody yet. In a call, choose Compare, and read the four emoji to each other.</p>
      ) : (
        <ul>
          {people.map((person) => (
            <ComparedPerson key={person.handle} {...person} />
          ))}
        </ul>
      )}
    </SettingsSection>
  );
}

function isCompared(person: RememberedPerson): person is RememberedPerson & { comparedAt: number } {
  return person.comparedAt !== null;
}

interface ComparedPersonProps {
  handle: Handle;
  comparedAt: number;
}

function ComparedPerson({ handle, comparedAt }: ComparedPersonProps) {
  const { identity, people } = useClient();
  const view = useObservable(people.person(handle));
  const id = useId();
  const forget = useAction(() => identity.forget(handle));
  // Whoever deleted their account has no name any more, and is remembered all the same.
  const person = view.state === "ready" ? view.value : { handle, displayName: `@${handle}` };
  return (
    <PersonRow
      person={person}
      id={id}
      note={`compared ${dateWords(comparedAt)}`}
      actions={
        <Confirm
          action="Forget"
          look="plain"
          describedBy={id}
          question={`Forget that you compared with @${handle}?`}
          onConfirm={forget.run}
        >
          <p>
            This device then knows nothing of their keys. The next call is like a first one: nothing
            warns you if their keys are others, until you compare again.
          </p>
        </Confirm>
      }
    >
      <ProblemNotice problem={forget.problem} />
    </PersonRow>
  );
}
