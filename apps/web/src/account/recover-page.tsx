import { api } from "@ringfence/protocol";
import { useState } from "react";
import { Link } from "react-router";
import { checked } from "../app/checked.ts";
import { useClient } from "../app/client-context.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { ProblemNotice, problemWith } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { PasswordField, TextField } from "../controls/text-field.tsx";
import { AccountPage } from "./account-page.tsx";
import styles from "./account-page.module.css";

/** Once back in, the routes of this page lead on to the next recovery code by themselves. */
export function RecoverPage() {
  const { waysIn } = useClient();
  const [handle, setHandle] = useState("");
  const [recoveryCode, setRecoveryCode] = useState("");
  const [newPassword, setNewPassword] = useState("");
  const recover = useAction(() =>
    waysIn.recover(checked(api.recoverAccount.body, { handle, recoveryCode, newPassword })),
  );
  return (
    <AccountPage heading="Use a recovery code">
      <PageTitle>Use a recovery code</PageTitle>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          recover.run();
        }}
      >
        <p className={styles.meaning}>It sets a new password, and then:</p>
        <ul className={styles.changes}>
          <li>All your devices are signed out, and your passkeys are removed.</li>
          <li>People you talk to see that your identity changed, until you compare emoji again.</li>
          <li>This code is used up. You get the next one.</li>
        </ul>
        <TextField
          label="Handle"
          prefix="@"
          value={handle}
          onChange={(event) => setHandle(event.currentTarget.value)}
          problem={problemWith("handle", recover.problem)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
        />
        <TextField
          label="Recovery code"
          hint="28 letters and digits. Capitals, hyphens and spaces do not matter."
          value={recoveryCode}
          onChange={(event) => setRecoveryCode(event.currentTarget.value)}
          problem={problemWith("recoveryCode", recover.problem)}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
        />
        <PasswordField
          label="New password"
          hint="At least 8 characters."
          value={newPassword}
          onChange={(event) => setNewPassword(event.currentTarget.value)}
          problem={problemWith("newPassword", recover.problem)}
          autoComplete="new-password"
        />
        <ProblemNotice
          problem={recover.problem}
          saidByFields={["handle", "recoveryCode", "newPassword"]}
        />
        <Button type="submit" look="primary" isWide isBusy={recover.isRunning}>
          Set the new password
        </Button>
      </form>
      <p className={styles.otherwise}>
        No code? With a passkey you still get in, and can make a new code in Settings.{" "}
        <Link to="/sign-in">Sign in</Link>
      </p>
    </AccountPage>
  );
}
