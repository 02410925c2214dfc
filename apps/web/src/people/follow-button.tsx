import type { PersonView } from "@ringfence/protocol";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";

/** Pressed: this account follows the person. */
export function FollowButton({ person }: { person: PersonView }) {
  const { people } = useClient();
  const follow = useAction(() =>
    person.youFollow ? people.unfollow(person.handle) : people.follow(person.handle),
  );
  return (
    <>
      <Button
        icon={person.youFollow ? "check" : "follow"}
        aria-pressed={person.youFollow}
        isBusy={follow.isRunning}
        onClick={follow.run}
      >
        Follow
      </Button>
      <ProblemNotice problem={follow.problem} />
    </>
  );
}
