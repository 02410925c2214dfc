import type { Proof } from "@ringfence/client";
import { api, type WaysIn } from "@ringfence/protocol";
import { useState } from "react";
import { checked } from "../app/checked.ts";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice, problemWith } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { Checkbox } from "../controls/choice.tsx";
import { Sheet, SheetActions, useCloseSheet } from "../controls/sheet.tsx";
import { PasswordField } from "../controls/text-field.tsx";
import { SettingsSection } from "./settings-section.tsx";
import styles from "./ways-in.module.css";

interface PasswordSettingProps {
  waysIn: WaysIn;
  /** Devices may be signed out now. */
  onChange: () => Promise<void>;
}

/** Another password in place of one that is known. */
export function PasswordSetting({ waysIn, onChange }: PasswordSettingProps) {
  const [isOpen, setOpen] = useState(false);
  const [wasChanged, setChanged] = useState(false);
  return (
    <SettingsSection title="Password">
      <div>
        <Button
          onClick={() => {
            setChanged(false);
            setOpen(true);
          }}
        >
          Change the password
        </Button>
      </div>
      <output className={styles.since}>{wasChanged ? "Your new password holds." : ""}</output>
      {isOpen ? (
        <Sheet title="Change the password" onClose={() => setOpen(false)}>
          <ChangePassword
            hasPasskey={waysIn.passkeys.length > 0}
            onChange={async () => {
              setChanged(true);
              await onChange();
            }}
          />
        </Sheet>
      ) : null}
    </SettingsSection>
  );
}

function ChangePassword({
  hasPasskey,
  onChange,
}: {
  hasPasskey: boolean;
  onChange: () => Promise<void>;
}) {
  const { waysIn } = useClient();
  const close = useCloseSheet();
  const [password, setPassword] = useState("");
  const [newPassword, setNewPassword] = useState("");
  const [signOutOthers, setSignOutOthers] = useState(false);
  const change = useAction(async (proof: Proof) => {
    const { newPassword: checkedPassword } = checked(
      api.changePassword.body.pick({ newPassword: true }),
      { newPassword },
    );
    await waysIn.changePassword(proof, { newPassword: checkedPassword, signOutOthers });
    close();
    await onChange();
  });
  return (
    <form
      className={styles.asked}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        change.run({ type: "password", password });
      }}
    >
      <PasswordField
        label="Password until now"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        problem={
          problemWith("password", change.problem) ?? problemWith("proof.password", change.problem)
        }
        autoComplete="current-password"
      />
      <PasswordField
        label="New password"
        hint="At least 8 characters."
        value={newPassword}
        onChange={(event) => setNewPassword(event.currentTarget.value)}
        problem={problemWith("newPassword", change.problem)}
        autoComplete="new-password"
      />
      <Checkbox
        label="Sign out my other devices"
        isChosen={signOutOthers}
        onChange={setSignOutOthers}
      >
        If somebody else may know the password until now.
      </Checkbox>
      <ProblemNotice
        problem={change.problem}
        saidByFields={["password", "proof.password", "newPassword"]}
      />
      <SheetActions>
        {hasPasskey && waysIn.hasPasskeys ? (
          <Button icon="key" onClick={() => change.run({ type: "passkey" })}>
            Use a passkey
          </Button>
        ) : (
          <Button onClick={close}>Cancel</Button>
        )}
        <Button type="submit" look="primary" isBusy={change.isRunning}>
          Change it
        </Button>
      </SheetActions>
    </form>
  );
}
