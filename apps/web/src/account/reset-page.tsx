import { api } from "@ringfence/protocol";
import { useCallback, useState } from "react";
import { Navigate, useLocation } from "react-router";
import { checked } from "../app/checked.ts";
import { useClient } from "../app/client-context.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { ProblemNotice, problemWith } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useFetched } from "../app/use-fetched.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button, ButtonLink } from "../controls/button.tsx";
import { LoadingRows } from "../controls/loading.tsx";
import { PasswordField } from "../controls/text-field.tsx";
import { AccountPage } from "./account-page.tsx";
import styles from "./account-page.module.css";

/**
 * What the operator's link opens for somebody who lost what opened their account. The token stands in
 * the address's fragment, which no server sees on the way.
 */
export function ResetPage() {
  const { waysIn } = useClient();
  const token = useLocation().hash.slice(1);
  const newCode = useObservable(waysIn.newCode);
  const { fetched, problem, tryAgain } = useFetched(
    useCallback(() => waysIn.viewResetLink(token), [waysIn, token]),
  );
  if (newCode?.after === "reset") return <Navigate to="/recovery-code" replace />;
  if (problem !== null) {
    const isUsed = problem.code === "link-used";
    return (
      <AccountPage heading={isUsed ? "This link does not work" : "Set a new password"}>
        <PageTitle>New password</PageTitle>
        <div className={styles.form}>
          <ProblemNotice problem={problem} />
          {isUsed ? null : (
            <Button look="primary" isWide onClick={() => void tryAgain()}>
              Try again
            </Button>
          )}
          <ButtonLink to="/sign-in" isWide>
            Sign in
          </ButtonLink>
        </div>
      </AccountPage>
    );
  }
  return (
    <AccountPage heading="Set a new password">
      <PageTitle>New password</PageTitle>
      {fetched === null ? (
        <LoadingRows of="your account" count={2} />
      ) : (
        <NewPassword token={token} handle={fetched.handle} />
      )}
    </AccountPage>
  );
}

function NewPassword({ token, handle }: { token: string; handle: string }) {
  const { waysIn } = useClient();
  const [newPassword, setNewPassword] = useState("");
  const reset = useAction(() =>
    waysIn.reset(checked(api.resetAccount.body, { token, newPassword })),
  );
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        reset.run();
      }}
    >
      <p className={styles.meaning}>
        Whoever runs this server gave you this link for <strong>@{handle}</strong>. With it you set
        a new password, and then:
      </p>
      <ul className={styles.changes}>
        <li>All devices of this account are signed out, and passkeys are removed.</li>
        <li>People you talk to see that your identity changed, until you compare emoji again.</li>
        <li>You get a new recovery code. One from before works for two more weeks.</li>
      </ul>
      {/* For password managers, which keep the two together. */}
      <input
        className="visually-hidden"
        type="text"
        name="username"
        autoComplete="username"
        value={handle}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <PasswordField
        label="New password"
        hint="At least 8 characters."
        value={newPassword}
        onChange={(event) => setNewPassword(event.currentTarget.value)}
        problem={problemWith("newPassword", reset.problem)}
        autoComplete="new-password"
      />
      <ProblemNotice problem={reset.problem} saidByFields={["newPassword"]} />
      <Button type="submit" look="primary" isWide isBusy={reset.isRunning}>
        Set the new password
      </Button>
    </form>
  );
}
