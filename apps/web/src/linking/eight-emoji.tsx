import type { WaitingDevice } from "@ringfence/client";
import styles from "./eight-emoji.module.css";

/** What two screens show of one key, each with its word. */
export function EightEmoji({ emoji }: { emoji: WaitingDevice["emoji"] }) {
  return (
    <ol className={styles.row} aria-label="Emoji of the new device">
      {emoji.map(({ picture, word }, place) => (
        // oxlint-disable-next-line react/no-array-index-key -- one may come twice, and none moves
        <li className={styles.one} key={place}>
          <span className={styles.picture} aria-hidden="true">
            {picture}
          </span>
          <span className={styles.word}>{word}</span>
        </li>
      ))}
    </ol>
  );
}
