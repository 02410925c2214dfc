import type { NewCode } from "@ringfence/client";
import { useState } from "react";
import { Navigate, useLocation } from "react-router";
import { useClient } from "../app/client-context.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { StartingPage } from "../app/starting-page.tsx";
import { useAction } from "../app/use-action.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { AccountPage } from "./account-page.tsx";
import styles from "./account-page.module.css";
import { goToOf } from "./go-to-of.ts";
import { RecoveryCodeCard } from "./recovery-code-card.tsx";

const headings: Readonly<Record<NewCode["after"], string>> = {
  "sign-up": "Keep your recovery code",
  asking: "Your new recovery code",
  recovery: "You are back in",
  reset: "You are back in",
};

/** Shows a code that was made just now, this once, and goes on when its person has kept it. */
export function RecoveryCodePage() {
  const { account, waysIn } = useClient();
  const snapshot = useObservable(account.snapshot);
  const newCode = useObservable(waysIn.newCode);
  const goTo = goToOf(useLocation().state);
  const [isOffered, setOffered] = useState(false);
  const keep = useAction(async () => {
    setOffered(newCode?.after === "sign-up" && (await waysIn.keepsPasskeys()));
    await waysIn.keepRecoveryCode();
  });
  switch (snapshot.state) {
    case "loading":
    case "unreachable":
      return <StartingPage state={snapshot.state} />;
    case "signed-out":
    case "suspended":
      return <Navigate to="/sign-in" replace />;
    case "signed-in":
      if (newCode !== null) break;
      return <Navigate to={isOffered ? "/add-passkey" : goTo} state={{ goTo }} replace />;
  }
  return (
    <AccountPage heading={headings[newCode.after]}>
      <PageTitle>Recovery code</PageTitle>
      <div className={styles.form}>
        <Meaning after={newCode.after} />
        <RecoveryCodeCard code={newCode.code} handle={snapshot.me.handle} />
        <Button look="primary" isWide isBusy={keep.isRunning} onClick={keep.run}>
          I have kept it
        </Button>
        <ProblemNotice problem={keep.problem} />
      </div>
    </AccountPage>
  );
}

function Meaning({ after }: { after: NewCode["after"] }) {
  switch (after) {
    case "sign-up":
      return (
        <p className={styles.meaning}>
          If you forget your password and have no passkey, this code is the only way back into your
          account: there is no e-mail to reset it by. It is shown this once.
        </p>
      );
    case "asking":
      return (
        <p className={styles.meaning}>
          It lets you back in when you forget your password. It is shown this once. The code from
          before works for two more weeks: keep it from others until then.
        </p>
      );
    case "reset":
      return (
        <>
          <BackIn />
          <p className={styles.meaning}>
            This is your new recovery code. Keep it: with it you need nobody's help the next time.
            It is shown this once. One from before works for two more weeks.
          </p>
        </>
      );
    case "recovery":
      return (
        <>
          <BackIn />
          <p className={styles.meaning}>
            The code that you used is used up, and so are those made after it. This is your next
            one; it is shown this once.
          </p>
        </>
      );
  }
}

function BackIn() {
  return (
    <p className={styles.meaning}>
      Your new password holds. Your other devices are signed out, and your passkeys are gone. People
      you talk to will see that your identity changed: tell them that it is you, and compare the
      emoji with them in your next call.
    </p>
  );
}
