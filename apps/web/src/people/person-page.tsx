import type { Handle, PersonView } from "@ringfence/protocol";
import { useNavigate } from "react-router";
import { BackLink } from "../app/back-link.tsx";
import { useClient } from "../app/client-context.tsx";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { LoadFailure } from "../app/load-failure.tsx";
import { NotFound } from "../app/not-found.tsx";
import { PageHeading } from "../app/page-heading.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { Page } from "../app/page.tsx";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { LoadingRows } from "../controls/loading.tsx";
import { SettingsSection } from "../settings/settings-section.tsx";
import { AddressBookChoice } from "./address-book-choice.tsx";
import { AddressChoice } from "./address-choice.tsx";
import { Avatar } from "./avatar.tsx";
import { BlockButton } from "./block-button.tsx";
import { FollowButton } from "./follow-button.tsx";
import { NeverChoice } from "./never-choice.tsx";
import styles from "./person-page.module.css";
import { relationOf } from "./relation.ts";
import { ReportButton } from "./report-button.tsx";
import { RightToRing } from "./right-to-ring.tsx";
import { useHandleParam } from "./use-handle-param.ts";

export function PersonPage() {
  const handle = useHandleParam();
  return handle === null ? <NotFound /> : <PersonOf handle={handle} key={handle} />;
}

function PersonOf({ handle }: { handle: Handle }) {
  const client = useClient();
  const person = useObservable(client.people.person(handle));
  switch (person.state) {
    case "missing":
      return <NotFound what={`There is nobody called @${handle} here.`} />;
    case "loading":
    case "failed":
      return (
        <Page>
          <PageTitle>{`@${handle}`}</PageTitle>
          <BackLink to="/people">People</BackLink>
          <PageHeading>@{handle}</PageHeading>
          {person.state === "loading" ? (
            <LoadingRows of="this person" count={2} />
          ) : (
            <LoadFailure onTryAgain={() => client.people.refresh(handle)}>
              {person.error.message}
            </LoadFailure>
          )}
        </Page>
      );
    case "ready":
      return <Profile person={person.value} />;
  }
}

function Profile({ person }: { person: PersonView }) {
  const navigate = useNavigate();
  const relation = relationOf(person);
  return (
    <Page>
      <PageTitle>{`${person.displayName} (@${person.handle})`}</PageTitle>
      <BackLink to="/people">People</BackLink>
      <div className={styles.profile}>
        <Avatar of={person} size="huge" />
        <PageHeading>{person.displayName}</PageHeading>
        <p className={styles.handle}>@{person.handle}</p>
        {person.isVouched ? (
          <p className={styles.relation}>Vouched for by whoever runs this server</p>
        ) : null}
        {relation === null ? null : <p className={styles.relation}>{relation}</p>}
        {person.isMe ? null : (
          <div
            // Other buttons stand here after a block, in the place of these.
            key={String(person.youBlocked)}
            ref={giveFocusBack}
            className={styles.actions}
          >
            {person.youBlocked ? null : (
              <>
                <Button
                  look="primary"
                  icon="messages"
                  onClick={() => void navigate(`/messages/@${person.handle}`)}
                >
                  Message
                </Button>
                <FollowButton person={person} />
              </>
            )}
            <BlockButton person={person} />
            <ReportButton of={person.handle} />
          </div>
        )}
      </div>
      {person.isMe || person.youBlocked ? null : (
        <SettingsSection title={`Calls with @${person.handle}`}>
          {person.youSaidNever ? null : <RightToRing person={person} />}
          <AddressBookChoice person={person} />
          <NeverChoice person={person} />
          <AddressChoice person={person} />
        </SettingsSection>
      )}
    </Page>
  );
}
