import { Mark } from "../theme/mark.tsx";
import styles from "./starting-page.module.css";

/** What stands until it is known who is signed in. */
export function StartingPage({ state }: { state: "loading" | "unreachable" }) {
  return (
    <main className={styles.starting}>
      <title>Ringfence</title>
      <Mark />
      <output>
        {state === "loading"
          ? "Starting…"
          : "The server can't be reached. Check your connection; this page tries again by itself."}
      </output>
    </main>
  );
}
