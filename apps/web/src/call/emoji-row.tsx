import type { CallTrust } from "@ringfence/client";
import styles from "./emoji-row.module.css";

/** The four to compare, each with its word: what a screen reader reads, and what is said aloud. */
export function EmojiRow({ emoji }: { emoji: NonNullable<CallTrust["emoji"]> }) {
  return (
    <ol className={styles.row} aria-label="Emoji of this call">
      {emoji.map(({ picture, word }, place) => (
        // The same one may come twice, and none changes its place.
        // oxlint-disable-next-line react/no-array-index-key -- the place is what it is known by
        <li className={styles.tile} key={place}>
          <span className={styles.picture} aria-hidden="true">
            {picture}
          </span>
          <span className={styles.word}>{word}</span>
        </li>
      ))}
    </ol>
  );
}
