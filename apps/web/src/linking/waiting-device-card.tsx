import type { WaitingDevice } from "@ringfence/client";
import { useId } from "react";
import { useClient } from "../app/client-context.tsx";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { useSettling } from "../call/use-settling.ts";
import styles from "./linking-card.module.css";
import { waitingTitle } from "./linking-words.ts";
import { EmojiList } from "../controls/emoji-list.tsx";

interface WaitingDeviceCardProps {
  device: WaitingDevice;
  /** Where the card can be put away for now. */
  onLater?: () => void;
}

/** Another device signed in and wants to be one of the account's. It stands still and takes no focus. */
export function WaitingDeviceCard({ device, onLater }: WaitingDeviceCardProps) {
  const { account, ownDevices } = useClient();
  const id = useId();
  const { isNew } = useSettling(device.id);
  const link = useAction(() => ownDevices.link(device));
  const refuse = useAction(() => account.signOutDevice(device.id));
  return (
    <section ref={giveFocusBack} className={styles.card} aria-labelledby={id}>
      <div className={styles.words}>
        <h2 className={styles.title} id={id}>
          {waitingTitle}
        </h2>
        <p className={styles.meaning}>
          {device.name}. If it is yours, it shows these same eight emoji. Compare each one: whoever
          knows only your password shows others.
        </p>
      </div>
      <EmojiList name="Emoji of the new device" size="small" emoji={device.emoji} />
      {/* It comes by itself: a tap that was on its way meant something else. */}
      <fieldset className={styles.actions} disabled={isNew}>
        <Button look="primary" isBusy={link.isRunning} onClick={link.run}>
          They match: link it
        </Button>
        <Button isBusy={refuse.isRunning} onClick={refuse.run}>
          Not mine: sign it out
        </Button>
        {onLater === undefined ? null : (
          <Button look="quiet" onClick={onLater}>
            Later
          </Button>
        )}
      </fieldset>
      <ProblemNotice problem={link.problem ?? refuse.problem} />
    </section>
  );
}
