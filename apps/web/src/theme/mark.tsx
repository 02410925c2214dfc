import styles from "./mark.module.css";

/** A ring with one gate, and the one who may come through it. */
export function Mark() {
  return (
    <svg className={styles.mark} viewBox="0 0 32 32" aria-hidden="true">
      <path className={styles.ring} d="M17.6 5.1 A11 11 0 1 0 26.9 14.4" />
      <circle className={styles.guest} cx="24.6" cy="7.4" r="3.4" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className={styles.wordmark}>
      <Mark />
      <span>Ringfence</span>
    </span>
  );
}
