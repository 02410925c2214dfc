import type { PersonWithException } from "@ringfence/client";
import type { Person, PersonWithGrant } from "@ringfence/protocol";
import { useId } from "react";
import { BackLink } from "../app/back-link.tsx";
import { useClient } from "../app/client-context.tsx";
import { PageHeading } from "../app/page-heading.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { Page } from "../app/page.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useNow } from "../app/use-now.ts";
import { Button } from "../controls/button.tsx";
import { Checkbox } from "../controls/choice.tsx";
import { grantWords, pauseWords } from "../people/grant-words.ts";
import { BlockedPeople } from "./blocked-people.tsx";
import { PagedRows } from "./paged-rows.tsx";
import { PersonRow } from "./person-row.tsx";
import { SettingsSection } from "./settings-section.tsx";

/** Everybody for whom something else holds than for the groups that they are in. */
export function PersonByPersonPage() {
  const { whoCanRing } = useClient();
  return (
    <Page>
      <PageTitle>Person by person</PageTitle>
      <BackLink to="/settings/calls" isDeeper>
        Calls
      </BackLink>
      <PageHeading>Person by person</PageHeading>
      <SettingsSection title="May ring">
        <PagedRows
          paged={whoCanRing.grants}
          of="the people whom you let ring"
          empty={
            <p>
              Nobody has a right of their own. Give one by answering an ask, or on a person's page.
            </p>
          }
        >
          {(one) => <GrantRow key={one.person.handle} of={one} />}
        </PagedRows>
      </SettingsSection>
      <SettingsSection title="Never">
        <PagedRows
          paged={whoCanRing.nevers}
          of="the people who may never ring"
          empty={<p>Nobody. A never is said on a person's page, or as the answer to an ask.</p>}
        >
          {(person) => <NeverRow key={person.handle} person={person} />}
        </PagedRows>
      </SettingsSection>
      <SettingsSection title="Your address">
        <PagedRows
          paged={whoCanRing.addressExceptions}
          of="the exceptions for your address"
          empty={
            <p>
              No exceptions: Hide my address holds for everybody. An exception is made on a person's
              page.
            </p>
          }
        >
          {(one) => <ExceptionRow key={one.person.handle} of={one} />}
        </PagedRows>
      </SettingsSection>
      <BlockedPeople />
    </Page>
  );
}

function GrantRow({ of: { person, grant } }: { of: PersonWithGrant }) {
  const { grants } = useClient();
  const { handle } = person;
  const now = useNow();
  const id = useId();
  const end = useAction(() => grants.end(handle));
  const change = useAction((isLoud: boolean) => grants.setBreakThrough(handle, isLoud));
  const pause = pauseWords(grant, now);
  return (
    <PersonRow
      person={person}
      id={id}
      note={
        <>
          {sentence(grantWords(grant, now))} {pause}
        </>
      }
      actions={
        <Button aria-describedby={id} isBusy={end.isRunning} onClick={end.run}>
          End
        </Button>
      }
    >
      <Checkbox
        label="Rings aloud in quiet hours too"
        isChosen={grant.mayBreakThrough}
        isDisabled={change.isRunning}
        onChange={change.run}
      />
      <ProblemNotice problem={end.problem ?? change.problem} />
    </PersonRow>
  );
}

function NeverRow({ person }: { person: Person }) {
  const { people } = useClient();
  const id = useId();
  const takeBack = useAction(() => people.takeBackNever(person.handle));
  return (
    <PersonRow
      person={person}
      id={id}
      note="May never ring."
      actions={
        <Button aria-describedby={id} isBusy={takeBack.isRunning} onClick={takeBack.run}>
          Take back
        </Button>
      }
    >
      <ProblemNotice problem={takeBack.problem} />
    </PersonRow>
  );
}

function ExceptionRow({ of: { person, exception } }: { of: PersonWithException }) {
  const { people } = useClient();
  const id = useId();
  const remove = useAction(() => people.setAddressException(person.handle, null));
  return (
    <PersonRow
      person={person}
      id={id}
      note={exception === "show" ? "May see your address." : "Never sees your address."}
      actions={
        <Button aria-describedby={id} isBusy={remove.isRunning} onClick={remove.run}>
          Remove
        </Button>
      }
    >
      <ProblemNotice problem={remove.problem} />
    </PersonRow>
  );
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
