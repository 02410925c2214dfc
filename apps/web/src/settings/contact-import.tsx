import type { ContactFile } from "@ringfence/client";
import type { AddressBookImported, Person } from "@ringfence/protocol";
import { useId, useRef, useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { FieldProblem } from "../app/problem.ts";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { Checkbox } from "../controls/choice.tsx";
import { Notice } from "../controls/notice.tsx";
import styles from "./contact-import.module.css";
import { fileProblemWords, nobodyFoundWords, othersWords } from "./contact-words.ts";
import { SettingsSection } from "./settings-section.tsx";

type ReadFile = Extract<ContactFile, { outcome: "read" }>["contacts"];

/** What a file led to. */
type Step =
  | { step: "choose" }
  | { step: "found"; contacts: ReadFile; found: AddressBookImported }
  | { step: "added"; count: number };

/** Adds people from a file of contacts, which is read on this device. */
export function ContactImport() {
  const { addressBook } = useClient();
  const [state, setState] = useState<Step>({ step: "choose" });
  const input = useRef<HTMLInputElement>(null);
  const read = useAction(async (file: File) => {
    setState({ step: "choose" });
    const answer = await addressBook.readFile(file);
    if (answer.outcome !== "read") throw new FieldProblem("file", fileProblemWords(answer.outcome));
    const { contacts } = answer;
    const found =
      contacts.handles.length === 0
        ? { added: [], alreadyThere: [], notHere: [] }
        : await addressBook.look(contacts.handles);
    setState({ step: "found", contacts, found });
  });
  return (
    <SettingsSection title="Import">
      <p>
        From a file of contacts (vCard, .vcf). It is read on this device: only Ringfence handles
        that stand in it are sent to the server, no names, numbers or addresses.
      </p>
      <input
        ref={input}
        type="file"
        accept=".vcf,.vcard,text/vcard,text/x-vcard"
        hidden
        aria-label="File of contacts"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file !== undefined) read.run(file);
          // So that choosing the same file again is heard again.
          event.currentTarget.value = "";
        }}
      />
      <Button isBusy={read.isRunning} onClick={() => input.current?.click()}>
        Choose a file
      </Button>
      <ProblemNotice problem={read.problem} />
      {state.step === "found" ? (
        <Found
          contacts={state.contacts}
          found={state.found}
          onAdded={(count) => setState({ step: "added", count })}
          onCancel={() => setState({ step: "choose" })}
        />
      ) : null}
      <output>
        {state.step === "added" ? (
          <Notice icon="check">
            {state.count === 1 ? "1 person was added." : `${state.count} people were added.`}
          </Notice>
        ) : null}
      </output>
    </SettingsSection>
  );
}

interface FoundProps {
  contacts: ReadFile;
  found: AddressBookImported;
  onAdded: (count: number) => void;
  onCancel: () => void;
}

/** Whom the file names and who is here, to be looked through before anybody is added. */
function Found({ contacts, found, onAdded, onCancel }: FoundProps) {
  const { addressBook } = useClient();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const wanted = found.added.filter(({ handle }) => !left.has(handle));
  const add = useAction(async () => {
    const { added } = await addressBook.add(wanted.map(({ handle }) => handle));
    onAdded(added.length);
  });
  const id = useId();
  function choose({ handle }: Person, isChosen: boolean) {
    const next = new Set(left);
    if (isChosen) next.delete(handle);
    else next.add(handle);
    setLeft(next);
  }
  return (
    <section ref={giveFocusBack} className={styles.found} aria-labelledby={id}>
      <h3 className={styles.heading} id={id}>
        {found.added.length === 0 ? "Nobody new in this file" : "Found here"}
      </h3>
      {found.added.length === 0 ? <p>{nobodyFoundWords(contacts, found)}</p> : null}
      {found.added.map((person) => (
        <Checkbox
          key={person.handle}
          label={person.displayName}
          isChosen={!left.has(person.handle)}
          onChange={(isChosen) => choose(person, isChosen)}
        >
          @{person.handle}
        </Checkbox>
      ))}
      {othersWords(contacts, found).map((words) => (
        <p key={words} className={styles.others}>
          {words}
        </p>
      ))}
      <ProblemNotice problem={add.problem} />
      <div className={styles.actions}>
        {found.added.length === 0 ? null : (
          <Button
            look="primary"
            isBusy={add.isRunning}
            disabled={wanted.length === 0}
            onClick={add.run}
          >
            {wanted.length === 1 ? "Add 1 person" : `Add ${wanted.length} people`}
          </Button>
        )}
        <Button onClick={onCancel}>{found.added.length === 0 ? "Close" : "Cancel"}</Button>
      </div>
    </section>
  );
}
