import { useEffect, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { useClient } from "../app/client-context.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { problemOf, type Problem } from "../app/problem.ts";
import { ButtonLink } from "../controls/button.tsx";
import { LoadingRows } from "../controls/loading.tsx";
import { AccountPage } from "./account-page.tsx";
import styles from "./account-page.module.css";

/**
 * Signs in with the single-use token of the address's fragment, which no server sees on the way,
 * and goes on to where the link leads.
 */
export function EnterPage() {
  const client = useClient();
  const navigate = useNavigate();
  const token = useLocation().hash.slice(1);
  const [problem, setProblem] = useState<Problem | null>(null);

  // The link works once, so it is followed once, however often the page is mounted.
  const isFollowed = useRef(false);
  useEffect(() => {
    if (isFollowed.current) return;
    isFollowed.current = true;
    const follow = async () => {
      try {
        const { goTo } = await client.account.signInByLink(token);
        await navigate(goTo, { replace: true });
      } catch (error) {
        setProblem(problemOf(error));
      }
    };
    void follow();
  }, [client, navigate, token]);

  return (
    <AccountPage heading={problem === null ? "Signing you in" : "This link does not work"}>
      <PageTitle>Signing in</PageTitle>
      {problem === null ? <LoadingRows of="your account" count={2} /> : null}
      <ProblemNotice problem={problem} />
      {problem === null ? null : (
        <div className={styles.form}>
          <p className={styles.otherwise}>
            A link works once. If it was used already, sign in with your password or ask for a new
            link.
          </p>
          <ButtonLink to="/sign-in" look="primary" isWide>
            Sign in
          </ButtonLink>
        </div>
      )}
    </AccountPage>
  );
}
