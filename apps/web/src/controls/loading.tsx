import styles from "./loading.module.css";

/** Rows in the shape of what is on its way. */
export function LoadingRows({ of, count = 5 }: { of: string; count?: number }) {
  return (
    <output className={styles.rows}>
      <span className="visually-hidden">Loading {of}…</span>
      {Array.from({ length: count }, (_, row) => (
        <span className={styles.row} key={row} />
      ))}
    </output>
  );
}
