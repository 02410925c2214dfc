import { api, limits, type Passkey, type WaysIn } from "@ringfence/protocol";
import { useId, useState } from "react";
import { checked } from "../app/checked.ts";
import { useClient } from "../app/client-context.tsx";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { ProblemNotice, problemWith } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { Confirm } from "../controls/confirm.tsx";
import { Icon } from "../controls/icon.tsx";
import { Sheet, SheetActions, useCloseSheet } from "../controls/sheet.tsx";
import { TextField } from "../controls/text-field.tsx";
import { dateWords } from "../conversations/time-words.ts";
import { AskOwner } from "./ask-owner.tsx";
import { SettingsSection } from "./settings-section.tsx";
import styles from "./ways-in.module.css";

interface PasskeysSettingProps {
  waysIn: WaysIn;
  /** They are others now. */
  onChange: () => Promise<void>;
}

/** The passkeys of the account: to add, to name and to remove. */
export function PasskeysSetting({ waysIn, onChange }: PasskeysSettingProps) {
  const client = useClient();
  const { passkeys, asksForProof } = waysIn;
  const hasPasskey = passkeys.length > 0;
  return (
    <SettingsSection title="Passkeys">
      <p>
        A passkey signs you in by your finger, your face or the PIN of a device. Nobody can guess it
        or trick it out of you.
      </p>
      {hasPasskey ? (
        <ul>
          {passkeys.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} onChange={onChange} />
          ))}
        </ul>
      ) : null}
      {client.waysIn.hasPasskeys ? (
        <AskOwner
          action="Add a passkey"
          icon="key"
          asksForProof={asksForProof}
          hasPasskey={hasPasskey}
          onProof={async (proof) => {
            await client.waysIn.addPasskey(proof);
            await onChange();
          }}
        />
      ) : (
        <p>This browser has none to add, or this address cannot have any.</p>
      )}
    </SettingsSection>
  );
}

interface PasskeyRowProps {
  passkey: Passkey;
  onChange: () => Promise<void>;
}

function PasskeyRow({ passkey, onChange }: PasskeyRowProps) {
  const { waysIn } = useClient();
  const id = useId();
  const [isNamed, setNamed] = useState(false);
  const remove = useAction(async () => {
    await waysIn.removePasskey(passkey.id);
    await onChange();
  });
  return (
    <li ref={giveFocusBack} className={styles.passkey}>
      <Icon name="key" />
      <div className={styles.words} id={id}>
        <p className={styles.name}>{passkey.name}</p>
        <p className={styles.since}>
          Added {dateWords(passkey.addedAt)}
          {passkey.lastUsedAt === null ? "" : ` · last used ${dateWords(passkey.lastUsedAt)}`}
        </p>
      </div>
      <fieldset className={styles.actions} aria-labelledby={id}>
        <Button look="quiet" onClick={() => setNamed(true)}>
          Rename
        </Button>
        <Confirm action="Remove" question="Remove this passkey?" onConfirm={remove.run}>
          <p>
            {passkey.name} signs you in no more. Your browser or password manager may go on showing
            it: remove it there too.
          </p>
        </Confirm>
      </fieldset>
      <ProblemNotice problem={remove.problem} />
      {isNamed ? (
        <Sheet title="Rename this passkey" onClose={() => setNamed(false)}>
          <Rename passkey={passkey} onChange={onChange} />
        </Sheet>
      ) : null}
    </li>
  );
}

function Rename({ passkey, onChange }: PasskeyRowProps) {
  const { waysIn } = useClient();
  const close = useCloseSheet();
  const [name, setName] = useState(passkey.name);
  const rename = useAction(async () => {
    const { name: written } = checked(api.renamePasskey.body, { name });
    await waysIn.renamePasskey(passkey.id, written);
    await onChange();
    close();
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        rename.run();
      }}
    >
      <TextField
        label="Name"
        value={name}
        maxLength={limits.passkeyNameCharactersMax}
        onChange={(event) => setName(event.currentTarget.value)}
        problem={problemWith("name", rename.problem)}
        autoComplete="off"
      />
      <ProblemNotice problem={rename.problem} saidByFields={["name"]} />
      <SheetActions>
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={rename.isRunning}>
          Save
        </Button>
      </SheetActions>
    </form>
  );
}
