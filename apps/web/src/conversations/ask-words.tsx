import type { ReceivedAsk } from "@ringfence/protocol";
import { Link } from "react-router";
import { useNow } from "../app/use-now.ts";
import { Avatar } from "../people/avatar.tsx";
import styles from "./ask-words.module.css";
import { shortWhen } from "./time-words.ts";

interface AskWordsProps {
  ask: ReceivedAsk;
  /** Of the heading. */
  id: string;
}

/** Who asks to call, when, and why in their own words. */
export function AskWords({ ask: { from, reason, at }, id }: AskWordsProps) {
  const now = useNow();
  return (
    <>
      <div className={styles.who}>
        <Avatar of={from} />
        <div className={styles.words}>
          <h3 className={styles.title} id={id}>
            {from.displayName} asks to call
          </h3>
          <p className={styles.handle}>
            <Link to={`/people/@${from.handle}`}>@{from.handle}</Link> ·{" "}
            <time dateTime={new Date(at).toISOString()}>{shortWhen(at, now)}</time>
          </p>
        </div>
      </div>
      {reason === "" ? null : <p className={styles.reason}>“{reason}”</p>}
    </>
  );
}
