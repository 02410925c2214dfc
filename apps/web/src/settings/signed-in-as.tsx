import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useObservable } from "../app/use-observable.ts";
import { Avatar } from "../people/avatar.tsx";
import { PersonName } from "../people/person-name.tsx";
import { SignOutButton } from "./sign-out-button.tsx";
import styles from "./signed-in-as.module.css";

/** Whose settings these are. */
export function SignedInAs() {
  const { account, ownDevices } = useClient();
  const devices = useObservable(ownDevices.snapshot);
  const isLastLinked = devices.state === "known" && devices.isLastLinked;
  const snapshot = useObservable(account.snapshot);
  const signOut = useAction(() => account.signOut());
  if (snapshot.state !== "signed-in") return null;
  return (
    <>
      <div className={styles.me}>
        <Avatar of={snapshot.me} />
        <PersonName of={snapshot.me} />
        <SignOutButton
          of="this"
          isLastLinked={isLastLinked}
          isBusy={signOut.isRunning}
          onSignOut={signOut.run}
        />
      </div>
      <ProblemNotice problem={signOut.problem} />
    </>
  );
}
