import type { GrantChoice, Handle } from "@ringfence/protocol";
import { useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import styles from "./grant-choices.module.css";
import { grantChoices } from "./grant-words.ts";
import { TurnOnSheet } from "./turn-on-sheet.tsx";

interface GrantChoicesProps {
  to: Handle;
  isBusy: boolean;
  onChoose: (choice: GrantChoice) => void;
}

/** The rights that a person can be given. Where calls are off it asks whether to turn them on too. */
export function GrantChoices({ to, isBusy, onChoose }: GrantChoicesProps) {
  const { callSettings } = useClient();
  const settings = useObservable(callSettings.snapshot);
  const [waiting, setWaiting] = useState<GrantChoice | null>(null);
  return (
    <div className={styles.choices}>
      {grantChoices.map(({ choice, name }) => (
        <Button
          key={choice}
          isBusy={isBusy}
          onClick={() => (settings?.calling === "off" ? setWaiting(choice) : onChoose(choice))}
        >
          {name}
        </Button>
      ))}
      {waiting === null || settings === null ? null : (
        <TurnOnSheet
          to={to}
          audiences={settings.audiences}
          onTurnedOn={() => onChoose(waiting)}
          onClose={() => setWaiting(null)}
        />
      )}
    </div>
  );
}
