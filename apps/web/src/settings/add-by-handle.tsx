import type { PersonView } from "@ringfence/protocol";
import { useId, useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { LoadFailure } from "../app/load-failure.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { LoadingRows } from "../controls/loading.tsx";
import { SearchField } from "../people/search-field.tsx";
import { useFindPeople } from "../people/use-find-people.ts";
import { PersonRow } from "./person-row.tsx";

/** So many are shown: whoever looks for somebody else types on. */
const shownMax = 5;

/** Finds people of this server by their handle and puts them into the address book. */
export function AddByHandle() {
  const [text, setText] = useState("");
  const startsWith = text.trim().replace(/^@/, "");
  return (
    <>
      <SearchField text={text} onChange={setText} />
      {startsWith === "" ? null : <Found startsWith={startsWith} />}
    </>
  );
}

function Found({ startsWith }: { startsWith: string }) {
  const { found, problem, tryAgain } = useFindPeople(startsWith);
  if (problem !== null) return <LoadFailure onTryAgain={tryAgain}>{problem.message}</LoadFailure>;
  if (found === null) return <LoadingRows of="people" count={1} />;
  const others = found.people.filter((person) => !person.isMe);
  if (others.length === 0) {
    return <p>No handle here begins with “{found.startsWith}”. Check the spelling.</p>;
  }
  return (
    <ul aria-label="Found">
      {others.slice(0, shownMax).map((person) => (
        <FoundPerson key={person.handle} person={person} />
      ))}
    </ul>
  );
}

function FoundPerson({ person }: { person: PersonView }) {
  const { people } = useClient();
  const id = useId();
  const [isAdded, setAdded] = useState(person.isInYourAddressBook);
  const add = useAction(async () => {
    await people.addToAddressBook(person.handle);
    setAdded(true);
  });
  return (
    <PersonRow
      person={person}
      id={id}
      actions={
        isAdded ? (
          <output>In your address book</output>
        ) : (
          <Button aria-describedby={id} isBusy={add.isRunning} onClick={add.run}>
            Add
          </Button>
        )
      }
    >
      <ProblemNotice problem={add.problem} />
    </PersonRow>
  );
}
