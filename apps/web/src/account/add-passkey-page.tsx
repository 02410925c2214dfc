import { Navigate, useLocation, useNavigate } from "react-router";
import { useClient } from "../app/client-context.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { StartingPage } from "../app/starting-page.tsx";
import { useAction } from "../app/use-action.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button, ButtonLink } from "../controls/button.tsx";
import { AccountPage } from "./account-page.tsx";
import styles from "./account-page.module.css";
import { goToOf } from "./go-to-of.ts";

/** Offers a new account a passkey, once, where this device can keep one. */
export function AddPasskeyPage() {
  const { account, waysIn } = useClient();
  const { state } = useObservable(account.snapshot);
  const goTo = goToOf(useLocation().state);
  const navigate = useNavigate();
  const add = useAction(async () => {
    await waysIn.addPasskey(null);
    await navigate(goTo, { replace: true });
  });
  if (state === "loading" || state === "unreachable") return <StartingPage state={state} />;
  if (state === "signed-out") return <Navigate to="/sign-in" replace />;
  return (
    <AccountPage heading="Sign in without typing">
      <PageTitle>Add a passkey</PageTitle>
      <div className={styles.form}>
        <p className={styles.meaning}>
          With a passkey you sign in by your finger, your face or the PIN of your device. Nobody can
          guess it or trick it out of you, and your password goes on working.
        </p>
        <Button look="primary" icon="key" isWide isBusy={add.isRunning} onClick={add.run}>
          Add a passkey
        </Button>
        <ButtonLink to={goTo} replace isWide>
          Not now
        </ButtonLink>
        <ProblemNotice problem={add.problem} />
        <p className={styles.meaning}>You can add one later in Settings, Devices and keys.</p>
      </div>
    </AccountPage>
  );
}
