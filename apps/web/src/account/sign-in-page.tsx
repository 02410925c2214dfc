import { SignIn } from "@ringfence/protocol";
import { useState } from "react";
import { Link, useLocation } from "react-router";
import { checked } from "../app/checked.ts";
import { useClient } from "../app/client-context.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { ProblemNotice, problemWith } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { Notice } from "../controls/notice.tsx";
import { PasswordField, TextField } from "../controls/text-field.tsx";
import { AccountPage } from "./account-page.tsx";
import styles from "./account-page.module.css";
import { useOfferedPasskeys } from "./use-offered-passkeys.ts";

/** Once signed in, the routes of this page lead on to /messages by themselves. */
export function SignInPage() {
  const client = useClient();
  const { waysIn } = client;
  const snapshot = useObservable(client.account.snapshot);
  const { state } = useLocation() as { state: unknown };
  const [handle, setHandle] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useAction(() => client.account.signIn(checked(SignIn, { handle, password })));
  const byPasskey = useAction(() => waysIn.signInByPasskey());
  const offerProblem = useOfferedPasskeys(!byPasskey.isRunning);
  return (
    <AccountPage heading="Sign in">
      <PageTitle>Sign in</PageTitle>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          signIn.run();
        }}
      >
        {snapshot.state === "signed-out" && snapshot.wasReset ? (
          <Notice tone="attention" icon="warning">
            <strong>You were signed out.</strong> A link that whoever runs this server made was used
            to set a new password for your account. If that was not you, tell them, and{" "}
            <Link to="/recover">use your recovery code</Link>: for two weeks it ends what was done.
          </Notice>
        ) : null}
        <TextField
          label="Handle"
          prefix="@"
          value={handle}
          onChange={(event) => setHandle(event.currentTarget.value)}
          problem={problemWith("handle", signIn.problem)}
          autoComplete="username webauthn"
          autoCapitalize="none"
          spellCheck={false}
        />
        <PasswordField
          label="Password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          problem={problemWith("password", signIn.problem)}
          autoComplete="current-password"
        />
        <ProblemNotice problem={signIn.problem} saidByFields={["handle", "password"]} />
        <Button type="submit" look="primary" isWide isBusy={signIn.isRunning}>
          Sign in
        </Button>
        {waysIn.hasPasskeys ? (
          <Button icon="key" isWide isBusy={byPasskey.isRunning} onClick={byPasskey.run}>
            Use a passkey
          </Button>
        ) : null}
        <ProblemNotice problem={byPasskey.problem ?? offerProblem} />
      </form>
      <p className={styles.otherwise}>
        Forgot your password?{" "}
        <Link to="/recover" state={state}>
          Use a recovery code
        </Link>
      </p>
      <p className={styles.more}>
        New here? <Link to="/sign-up">Create an account</Link>
      </p>
    </AccountPage>
  );
}
