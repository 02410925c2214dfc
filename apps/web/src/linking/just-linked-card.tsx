import type { LinkedDevice } from "@ringfence/client";
import { useId } from "react";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { EmojiList } from "../controls/emoji-list.tsx";
import styles from "./linking-card.module.css";
import { justLinkedTitle } from "./linking-words.ts";

/** On the device that linked another one: what that one has to show now. */
export function JustLinkedCard({ device }: { device: LinkedDevice }) {
  const { ownDevices } = useClient();
  const id = useId();
  const dismiss = useAction(() => ownDevices.dismissLinked(device));
  return (
    <section ref={giveFocusBack} className={styles.card} aria-labelledby={id}>
      <div className={styles.words}>
        <h2 className={styles.title} id={id}>
          {justLinkedTitle}
        </h2>
        <p className={styles.meaning}>
          Look at {device.name} once more: it asks whether these eight emoji are here. Compare each
          one there, so that it knows the same devices as yours as this one does.
        </p>
      </div>
      <EmojiList name="Emoji of your devices" size="small" emoji={device.emoji} />
      <div className={styles.actions}>
        <Button isBusy={dismiss.isRunning} onClick={dismiss.run}>
          Done
        </Button>
      </div>
      <ProblemNotice problem={dismiss.problem} />
    </section>
  );
}
