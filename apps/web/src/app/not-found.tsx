import { ButtonLink } from "../controls/button.tsx";
import styles from "./not-found.module.css";
import { PageHeading } from "./page-heading.tsx";
import { PageTitle } from "./page-title.tsx";
import { Page } from "./page.tsx";

interface NotFoundProps {
  what?: string;
}

export function NotFound({ what = "This address leads nowhere." }: NotFoundProps) {
  return (
    <Page>
      <PageTitle>Not found</PageTitle>
      <div className={styles.notFound}>
        <PageHeading>Nothing here</PageHeading>
        <p className={styles.what}>{what} Check the spelling, or go on from your messages.</p>
        <ButtonLink to="/" look="primary">
          Go to messages
        </ButtonLink>
      </div>
    </Page>
  );
}
