import type { WaitingDevice } from "@ringfence/client";
import { useId } from "react";
import { Link } from "react-router";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { Button } from "../controls/button.tsx";
import styles from "./linking-card.module.css";
import { ownTitle } from "./linking-words.ts";
import { EmojiList } from "../controls/emoji-list.tsx";

interface NotLinkedCardProps {
  emoji: WaitingDevice["emoji"];
  onLater?: () => void;
}

/** What the new device itself shows until it is linked. */
export function NotLinkedCard({ emoji, onLater }: NotLinkedCardProps) {
  const id = useId();
  return (
    <section ref={giveFocusBack} className={styles.card} aria-labelledby={id}>
      <div className={styles.words}>
        <h2 className={styles.title} id={id}>
          {ownTitle}
        </h2>
        <p className={styles.meaning}>
          Open Ringfence on a device where you are signed in already. It asks whether you see these
          eight emoji here. Until it is linked, people you talk to are warned that this device may
          not be yours; everything else works.
        </p>
        <p className={styles.meaning}>
          No such device any more? Sign it out in{" "}
          <Link to="/settings/devices">Devices and keys</Link>. People will be told that your
          devices changed.
        </p>
      </div>
      <EmojiList name="Emoji of the new device" size="small" emoji={emoji} />
      {onLater === undefined ? null : (
        <div className={styles.later}>
          <Button look="quiet" onClick={onLater}>
            Later
          </Button>
        </div>
      )}
    </section>
  );
}
