import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { Avatar } from "../people/avatar.tsx";
import { PersonName } from "../people/person-name.tsx";
import styles from "./signed-in-as.module.css";

/** Whose settings these are. */
export function SignedInAs() {
  const { account } = useClient();
  const snapshot = useObservable(account.snapshot);
  const signOut = useAction(() => account.signOut());
  if (snapshot.state !== "signed-in") return null;
  return (
    <>
      <div className={styles.me}>
        <Avatar of={snapshot.me} />
        <PersonName of={snapshot.me} />
        <Button isBusy={signOut.isRunning} onClick={signOut.run}>
          Sign out
        </Button>
      </div>
      <ProblemNotice problem={signOut.problem} />
    </>
  );
}
