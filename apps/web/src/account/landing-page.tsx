import { PageHeading } from "../app/page-heading.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { ButtonLink } from "../controls/button.tsx";
import { Icon } from "../controls/icon.tsx";
import { Avatar } from "../people/avatar.tsx";
import { Wordmark } from "../theme/mark.tsx";
import styles from "./landing-page.module.css";

export function LandingPage() {
  return (
    <div className={styles.page}>
      <PageTitle>Calls that never surprise you</PageTitle>
      <header className={styles.header}>
        <Wordmark />
      </header>
      <main className={styles.main} id="main">
        <div className={styles.words}>
          <PageHeading className={styles.heading}>Calls that never surprise you.</PageHeading>
          <p className={styles.what}>
            Ringfence is messages and calls with the people you choose, on a server run by somebody
            you know. Nobody can ring you until you say who may, and nobody you talk to learns your
            internet address.
          </p>
          <div className={styles.actions}>
            <ButtonLink to="/sign-up" look="primary">
              Create account
            </ButtonLink>
            <ButtonLink to="/sign-in">Sign in</ButtonLink>
          </div>
        </div>
        <RingPicture />
      </main>
    </div>
  );
}

/** What a ring looks like here: it says why it may ring. A picture, so it is hidden from readers. */
function RingPicture() {
  return (
    <div className={styles.picture} aria-hidden="true">
      <div className={styles.ring}>
        <Avatar of={{ handle: "mira", displayName: "Mira Lindqvist" }} size="huge" />
      </div>
      <p className={styles.caller}>Mira Lindqvist</p>
      <p className={styles.kind}>Audio call</p>
      <p className={styles.reason}>
        <Icon name="people" /> You follow each other
      </p>
      <p className={styles.reason}>
        <Icon name="hidden" /> Addresses hidden
      </p>
    </div>
  );
}
