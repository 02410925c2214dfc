import type { PersonView } from "@ringfence/protocol";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Checkbox } from "../controls/choice.tsx";

/** Chosen: this person may never ring, whatever the settings of calls allow. */
export function NeverChoice({ person }: { person: PersonView }) {
  const { people } = useClient();
  const change = useAction((isNever: boolean) =>
    isNever ? people.sayNever(person.handle) : people.takeBackNever(person.handle),
  );
  return (
    <div>
      <Checkbox
        label={`Never let @${person.handle} ring me`}
        isChosen={person.youSaidNever}
        isDisabled={change.isRunning}
        onChange={change.run}
      >
        Whatever your settings allow.{" "}
        {person.grant === null ? "" : "The right that you gave ends. "}
        You can still write to each other, and they are not told.
      </Checkbox>
      <ProblemNotice problem={change.problem} />
    </div>
  );
}
