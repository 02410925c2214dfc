import styles from "./emoji-list.module.css";

interface EmojiListProps {
  /** What they are, for a screen reader. */
  name: string;
  emoji: readonly { picture: string; word: string }[];
  /** `large`: four to be read aloud in a call. `small`: eight beside each other on two screens. */
  size: "large" | "small";
}

/** What two screens are to show alike, each with its word: what a screen reader reads. */
export function EmojiList({ name, emoji, size }: EmojiListProps) {
  return (
    <div className={styles.frame}>
      <ol className={styles.row} data-size={size} aria-label={name}>
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
