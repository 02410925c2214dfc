import type { PersonView } from "@ringfence/protocol";
import { useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { UnfollowSheet } from "./unfollow-sheet.tsx";

/** Pressed: this account follows the person. */
export function FollowButton({ person }: { person: PersonView }) {
  const { people } = useClient();
  const [isAsking, setAsking] = useState(false);
  const follow = useAction(() => people.follow(person.handle));
  const unfollow = useAction((endGrant: boolean) => people.unfollow(person.handle, endGrant));
  function toggle() {
    if (!person.youFollow) follow.run();
    else if (person.grant === null) unfollow.run(false);
    else setAsking(true);
  }
  return (
    <>
      <Button
        icon={person.youFollow ? "check" : "follow"}
        aria-pressed={person.youFollow}
        isBusy={follow.isRunning || unfollow.isRunning}
        onClick={toggle}
      >
        Follow
      </Button>
      {isAsking ? (
        <UnfollowSheet person={person} onUnfollow={unfollow.run} onClose={() => setAsking(false)} />
      ) : null}
      <ProblemNotice problem={follow.problem ?? unfollow.problem} />
    </>
  );
}
