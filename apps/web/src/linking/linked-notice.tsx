import type { WaitingDevice } from "@ringfence/client";
import { useId } from "react";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { EmojiList } from "../controls/emoji-list.tsx";
import styles from "./linking-card.module.css";
import { linkedTitle } from "./linking-words.ts";

/**
 * Says once, on the device that was linked, that it was, and shows what it believes of the account: whoever
 * links decides who it calls as.
 */
export function LinkedNotice({ emoji }: { emoji: WaitingDevice["emoji"] }) {
  const { account, ownDevices } = useClient();
  const id = useId();
  const accept = useAction(() => ownDevices.accept("wasLinkedByAnother"));
  const leave = useAction(() => account.signOut());
  return (
    <section ref={giveFocusBack} className={styles.card} aria-labelledby={id}>
      <div className={styles.words}>
        <h2 className={styles.title} id={id}>
          {linkedTitle}
        </h2>
        <p className={styles.meaning}>
          That device shows eight emoji now. If they are these, both know the same devices as yours.
          If not, or if you linked nothing, do not call from here: somebody else is in your account,
          or this server shows this device other ones.
        </p>
      </div>
      <EmojiList name="Emoji of your devices" size="small" emoji={emoji} />
      <div className={styles.actions}>
        <Button look="primary" isBusy={accept.isRunning} onClick={accept.run}>
          They match
        </Button>
        <Button isBusy={leave.isRunning} onClick={leave.run}>
          They differ: sign out here
        </Button>
      </div>
      <ProblemNotice problem={accept.problem ?? leave.problem} />
    </section>
  );
}
