import { useId } from "react";
import { useClient } from "../app/client-context.tsx";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { Icon } from "../controls/icon.tsx";
import styles from "./devices-page.module.css";

interface SignedInNowhereProps {
  identityKey: string;
  /** Only a linked device takes another out. */
  mayTakeOut: boolean;
}

/** A key that people would still believe to be this account's, though no device that is listed has it. */
export function SignedInNowhere({ identityKey, mayTakeOut }: SignedInNowhereProps) {
  const { ownDevices } = useClient();
  const id = useId();
  const takeOut = useAction(() => ownDevices.takeOut(identityKey));
  return (
    <li ref={giveFocusBack} className={styles.device}>
      <Icon name="devices" />
      <div className={styles.words} id={id}>
        <p className={styles.name}>A device that is signed in nowhere</p>
        <p className={styles.since}>
          <strong className={styles.reach}>Linked</strong>: people would still recognise it. Its key
          begins with {identityKey.slice(0, keyCharactersShown)}.
        </p>
        <p className={styles.since}>
          {mayTakeOut
            ? "Take it out if you do not know it or no longer use it."
            : "A linked device of yours can take it out. If you know of none, do not call from here until whoever runs this server has explained it."}
        </p>
      </div>
      {mayTakeOut ? (
        <Button aria-describedby={id} isBusy={takeOut.isRunning} onClick={takeOut.run}>
          Take out
        </Button>
      ) : null}
      <ProblemNotice problem={takeOut.problem} />
    </li>
  );
}

const keyCharactersShown = 8;
