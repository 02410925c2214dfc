import { useClient } from "../app/client-context.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { AccountPage } from "./account-page.tsx";
import styles from "./account-page.module.css";

/** For a browser that is signed in to an account that is suspended. It goes on by itself. */
export function SuspendedPage() {
  const { account } = useClient();
  const look = useAction(() => account.check());
  const signOut = useAction(() => account.signOut());
  return (
    <AccountPage heading="Your account is suspended">
      <PageTitle>Suspended</PageTitle>
      <div className={styles.form}>
        <p className={styles.meaning}>
          Whoever runs this server has suspended it. Until they change that:
        </p>
        <ul className={styles.changes}>
          <li>You can call nobody, and nobody can call you.</li>
          <li>You cannot read or write messages here.</li>
          <li>Nothing is lost: your messages, follows and settings will be as they were.</li>
        </ul>
        <p className={styles.meaning}>
          Ask them why. This page goes on by itself as soon as your account is open again.
        </p>
        <Button look="primary" isWide isBusy={look.isRunning} onClick={look.run}>
          Look again
        </Button>
        <Button isWide isBusy={signOut.isRunning} onClick={signOut.run}>
          Sign out of this browser
        </Button>
        <ProblemNotice problem={signOut.problem} />
        <p className={styles.meaning}>
          After signing out you cannot sign in again while it is suspended, and people will see that
          your identity changed.
        </p>
      </div>
    </AccountPage>
  );
}
