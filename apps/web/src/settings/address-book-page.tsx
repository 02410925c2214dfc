import type { Person } from "@ringfence/protocol";
import { useId } from "react";
import { BackLink } from "../app/back-link.tsx";
import { useClient } from "../app/client-context.tsx";
import { PageHeading } from "../app/page-heading.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { Page } from "../app/page.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { AddByHandle } from "./add-by-handle.tsx";
import styles from "./address-book-page.module.css";
import { ContactImport } from "./contact-import.tsx";
import { PagedRows } from "./paged-rows.tsx";
import { PersonRow } from "./person-row.tsx";
import { saveFile } from "./save-file.ts";
import { SettingsSection } from "./settings-section.tsx";

/** The people whom this account keeps, and their way in and out as a file. */
export function AddressBookPage() {
  const { addressBook, callSettings } = useClient();
  const settings = useObservable(callSettings.snapshot);
  const mayRing = settings?.calling === "on" && settings.audiences.includes("address-book");
  return (
    <Page>
      <PageTitle>Address book</PageTitle>
      <BackLink to="/settings/calls" isDeeper>
        Calls
      </BackLink>
      <PageHeading>Address book</PageHeading>
      <p className={styles.meaning}>
        People you keep by their handle. Nobody is told that they are in it.{" "}
        {mayRing ? (
          <>
            <strong>My address book</strong> is ticked in Calls: they can ring you once you both
            wrote.
          </>
        ) : (
          <>
            They can ring you once <strong>My address book</strong> is ticked in Calls and you both
            wrote.
          </>
        )}
      </p>
      <div className={styles.search}>
        <AddByHandle />
      </div>
      <SettingsSection title="People in it">
        <PagedRows
          paged={addressBook.people}
          of="your address book"
          empty={<p>Nobody yet. Add somebody by their handle above, or import a file below.</p>}
        >
          {(person) => <KeptPerson key={person.handle} person={person} />}
        </PagedRows>
      </SettingsSection>
      <ContactImport />
      <ContactExport />
    </Page>
  );
}

function KeptPerson({ person }: { person: Person }) {
  const { people } = useClient();
  const id = useId();
  const remove = useAction(() => people.removeFromAddressBook(person.handle));
  return (
    <PersonRow
      person={person}
      id={id}
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

function ContactExport() {
  const { addressBook } = useClient();
  const list = useObservable(addressBook.people.list);
  const save = useAction(async () => {
    saveFile(await addressBook.writeFile(), "ringfence-address-book.vcf");
  });
  if (list.state !== "ready" || list.items.length === 0) return null;
  return (
    <SettingsSection title="Take it with you">
      <p>A file of contacts (vCard) with names and handles, which other address books can read.</p>
      <Button isBusy={save.isRunning} onClick={save.run}>
        Export as vCard
      </Button>
      <ProblemNotice problem={save.problem} />
    </SettingsSection>
  );
}
