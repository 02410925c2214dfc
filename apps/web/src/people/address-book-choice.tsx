import type { PersonView } from "@ringfence/protocol";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Checkbox } from "../controls/choice.tsx";

/** Chosen: this account keeps the person in its address book. */
export function AddressBookChoice({
  person: { handle, isInYourAddressBook },
}: {
  person: PersonView;
}) {
  const { people } = useClient();
  const change = useAction((isKept: boolean) =>
    isKept ? people.addToAddressBook(handle) : people.removeFromAddressBook(handle),
  );
  return (
    <div>
      <Checkbox
        label="In my address book"
        isChosen={isInYourAddressBook}
        isDisabled={change.isRunning}
        onChange={change.run}
      >
        Where your settings let your address book ring, @{handle} can, also after a long silence.
        They are not told.
      </Checkbox>
      <ProblemNotice problem={change.problem} />
    </div>
  );
}
