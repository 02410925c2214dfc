import type { CallTrust } from "@ringfence/client";
import styles from "./emoji-row.module.css";

/** The four to compare, each with its word: what a screen reader reads, and what is said aloud. */
export function EmojiRow({ emoji }: { emoji: NonNullable<CallTrust["emoji"]> }) {
  return (
    <div className={styles.frame}>
      <ol className={styles.row} aria-label="Emoji of this call">
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
    </div>
  );
}
