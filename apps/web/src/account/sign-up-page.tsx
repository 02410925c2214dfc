import { SignUp } from "@ringfence/protocol";
import { useCallback, useState } from "react";
import { Link, useLocation } from "react-router";
import { checked } from "../app/checked.ts";
import { useClient } from "../app/client-context.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { ProblemNotice, problemWith } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useFetched } from "../app/use-fetched.ts";
import { Button } from "../controls/button.tsx";
import { PasswordField, TextField } from "../controls/text-field.tsx";
import { AccountPage } from "./account-page.tsx";
import styles from "./account-page.module.css";
import { invitationOf } from "./invitation-of.ts";
import { SignUpElsewhere } from "./sign-up-elsewhere.tsx";

/** Once signed in, the routes of this page lead on to /messages by themselves. */
export function SignUpPage() {
  const { account } = useClient();
  const readRule = useCallback(() => account.readSignUpRule(), [account]);
  const { fetched: rule } = useFetched(readRule);
  const invitation = invitationOf(useLocation().state);
  // Until the server has said its rule, and where it cannot, the form is as good a guess as any.
  if (invitation === undefined && (rule === "invite" || rule === "closed")) {
    return <SignUpElsewhere rule={rule} />;
  }
  return <SignUpForm invitation={invitation} />;
}

function SignUpForm({ invitation }: { invitation: string | undefined }) {
  const client = useClient();
  const { state } = useLocation() as { state: unknown };
  const [handle, setHandle] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [password, setPassword] = useState("");
  const signUp = useAction(() =>
    client.account.signUp(checked(SignUp, { handle, displayName, password, invitation })),
  );
  return (
    <AccountPage heading="Create your account">
      <PageTitle>Create account</PageTitle>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          signUp.run();
        }}
      >
        <TextField
          label="Handle"
          prefix="@"
          hint="How people find you. Letters, digits and _; it cannot be changed later."
          value={handle}
          onChange={(event) => setHandle(event.currentTarget.value)}
          problem={problemWith("handle", signUp.problem)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
        />
        <TextField
          label="Display name"
          hint="The name people see when you write or ring."
          value={displayName}
          onChange={(event) => setDisplayName(event.currentTarget.value)}
          problem={problemWith("displayName", signUp.problem)}
          autoComplete="name"
        />
        <PasswordField
          label="Password"
          hint="At least 8 characters."
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          problem={problemWith("password", signUp.problem)}
          autoComplete="new-password"
        />
        <ProblemNotice
          problem={signUp.problem}
          saidByFields={["handle", "displayName", "password"]}
        />
        <Button type="submit" look="primary" isWide isBusy={signUp.isRunning}>
          Create account
        </Button>
      </form>
      <p className={styles.otherwise}>
        No phone number, no e-mail address. Have an account?{" "}
        <Link to="/sign-in" state={state}>
          Sign in
        </Link>
      </p>
    </AccountPage>
  );
}
