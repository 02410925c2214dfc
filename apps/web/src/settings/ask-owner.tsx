import type { Proof } from "@ringfence/client";
import { type ReactNode, useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { problemOf } from "../app/problem.ts";
import { ProblemNotice, problemWith } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button, type ButtonLook } from "../controls/button.tsx";
import type { IconName } from "../controls/icon.tsx";
import { Sheet, SheetActions, SheetMeaning, useCloseSheet } from "../controls/sheet.tsx";
import { PasswordField } from "../controls/text-field.tsx";
import styles from "./ways-in.module.css";

interface AskOwnerProps {
  /** The name of the button that asks, and of the one that does it. */
  action: string;
  icon?: IconName;
  look?: ButtonLook;
  isWide?: boolean;
  /** What it does, where that has to be known before. */
  children?: ReactNode;
  /** A device that signed in just now is not asked again. */
  asksForProof: boolean;
  /** The account has a passkey to prove it with. */
  hasPasskey: boolean;
  onProof: (proof: Proof) => Promise<void>;
}

/** A button for what only the account's owner may do: it asks for the password or a passkey. */
export function AskOwner({ icon, look = "plain", isWide = false, ...asked }: AskOwnerProps) {
  const [isOpen, setOpen] = useState(false);
  // A page that stood open for long learns by the refusal that it has to ask after all.
  const [wasRefused, setRefused] = useState(false);
  const onProof = async (proof: Proof) => {
    try {
      await asked.onProof(proof);
    } catch (error) {
      if (problemOf(error).code === "proof-needed") {
        setRefused(true);
        setOpen(true);
      }
      throw error;
    }
  };
  const at = useAction(onProof);
  const asksForProof = asked.asksForProof || wasRefused;
  const isAsked = asksForProof || asked.children !== undefined;
  return (
    <>
      <Button
        look={look}
        isWide={isWide}
        {...(icon && { icon })}
        isBusy={at.isRunning}
        onClick={() => (isAsked ? setOpen(true) : at.run(null))}
      >
        {asked.action}
      </Button>
      <ProblemNotice problem={at.problem?.code === "proof-needed" ? null : at.problem} />
      {isOpen ? (
        <Sheet title={asked.action} onClose={() => setOpen(false)}>
          <Asked {...asked} asksForProof={asksForProof} onProof={onProof} />
        </Sheet>
      ) : null}
    </>
  );
}

function Asked({
  action,
  children,
  asksForProof,
  hasPasskey,
  onProof,
}: Omit<AskOwnerProps, "icon" | "look" | "isWide">) {
  const { waysIn } = useClient();
  const close = useCloseSheet();
  const [password, setPassword] = useState("");
  const prove = useAction(async (proof: Proof) => {
    await onProof(proof);
    close();
  });
  return (
    <form
      className={styles.asked}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        prove.run(asksForProof ? { type: "password", password } : null);
      }}
    >
      {children === undefined ? null : <SheetMeaning>{children}</SheetMeaning>}
      {asksForProof ? (
        <PasswordField
          label="Password"
          hint="So that nobody else can do it on this device."
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          problem={problemWith("password", prove.problem)}
          autoComplete="current-password"
        />
      ) : null}
      <ProblemNotice problem={prove.problem} saidByFields={["password"]} />
      <SheetActions>
        {asksForProof && hasPasskey && waysIn.hasPasskeys ? (
          <Button icon="key" onClick={() => prove.run({ type: "passkey" })}>
            Use a passkey
          </Button>
        ) : (
          <Button onClick={close}>Cancel</Button>
        )}
        <Button type="submit" look="primary" isBusy={prove.isRunning}>
          {action}
        </Button>
      </SheetActions>
    </form>
  );
}
