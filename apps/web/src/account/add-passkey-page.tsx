import { Navigate, useLocation, useNavigate } from "react-router";
import { useClient } from "../app/client-context.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { StartingPage } from "../app/starting-page.tsx";
import { useObservable } from "../app/use-observable.ts";
import { ButtonLink } from "../controls/button.tsx";
import { AskOwner } from "../settings/ask-owner.tsx";
import { AccountPage } from "./account-page.tsx";
import styles from "./account-page.module.css";
import { goToOf } from "./go-to-of.ts";

/** Offers a new account a passkey, once, where this device can keep one. */
export function AddPasskeyPage() {
  const { account, waysIn } = useClient();
  const { state } = useObservable(account.snapshot);
  const goTo = goToOf(useLocation().state);
  const navigate = useNavigate();
  if (state === "loading" || state === "unreachable") return <StartingPage state={state} />;
  if (state !== "signed-in") return <Navigate to="/sign-in" replace />;
  return (
    <AccountPage heading="Sign in without typing">
      <PageTitle>Add a passkey</PageTitle>
      <div className={styles.form}>
        <p className={styles.meaning}>
          With a passkey you sign in by your finger, your face or the PIN of your device. Nobody can
          guess it or trick it out of you, and your password goes on working.
        </p>
        <AskOwner
          action="Add a passkey"
          icon="key"
          look="primary"
          isWide
          asksForProof={false}
          hasPasskey={false}
          onProof={async (proof) => {
            await waysIn.addPasskey(proof);
            await navigate(goTo, { replace: true });
          }}
        />
        <ButtonLink to={goTo} replace isWide>
          Not now
        </ButtonLink>
        <p className={styles.meaning}>You can add one later in Settings, Devices and keys.</p>
      </div>
    </AccountPage>
  );
}
