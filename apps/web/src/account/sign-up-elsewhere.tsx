import { PageTitle } from "../app/page-title.tsx";
import { ButtonLink } from "../controls/button.tsx";
import { AccountPage } from "./account-page.tsx";
import styles from "./account-page.module.css";

/** Why there is no form here, and what to do. */
export function SignUpElsewhere({ rule }: { rule: "invite" | "closed" }) {
  return (
    <AccountPage heading={rule === "invite" ? "By invitation" : "No new accounts"}>
      <PageTitle>Create account</PageTitle>
      <div className={styles.form}>
        <p>
          {rule === "invite"
            ? "On this server people let each other in. Ask somebody who is here for an invitation: a link that you open, and create your account with."
            : "This server takes no new accounts. Ask whoever runs it."}
        </p>
        <ButtonLink to="/sign-in" look="primary" isWide>
          Sign in
        </ButtonLink>
      </div>
    </AccountPage>
  );
}
