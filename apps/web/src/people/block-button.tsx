import type { Handle } from "@ringfence/protocol";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button, type ButtonLook } from "../controls/button.tsx";
import { Confirm } from "../controls/confirm.tsx";

interface BlockButtonProps {
  /** Of the button that asks. */
  look?: ButtonLook;
  person: { handle: Handle; youBlocked: boolean };
}

/** *Block* asks first, because it ends things for good; *Unblock* restores nothing and just acts. */
export function BlockButton({ person, look = "danger" }: BlockButtonProps) {
  const { people } = useClient();
  const { handle } = person;
  const change = useAction(() =>
    person.youBlocked ? people.unblock(handle) : people.block(handle),
  );
  return (
    <>
      {person.youBlocked ? (
        <Button isBusy={change.isRunning} onClick={change.run}>
          Unblock
        </Button>
      ) : (
        <Confirm
          action="Block"
          icon="block"
          look={look}
          question={`Block @${handle}?`}
          onConfirm={change.run}
        >
          <p>
            They cannot ring you, and what they write never reaches you. You stop following each
            other. They are not told.
          </p>
        </Confirm>
      )}
      <ProblemNotice problem={change.problem} />
    </>
  );
}
