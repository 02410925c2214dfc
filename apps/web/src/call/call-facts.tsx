import type { CurrentCall } from "@ringfence/client";
import { Icon } from "../controls/icon.tsx";
import styles from "./call-facts.module.css";
import { routeWords } from "./route-words.ts";
import { levelWords } from "./trust-words.ts";

interface CallFactsProps {
  call: CurrentCall;
  onCompare: () => void;
}

/** Route and encryption as they are. Encryption is claimed only once media flows. */
export function CallFacts({ call, onCompare }: CallFactsProps) {
  const { level, emoji, question } = call.trust;
  const hasMedia = call.phase === "connected" || call.phase === "reconnecting";
  return (
    <>
      <ul className={styles.facts}>
        {call.route === null ? null : (
          <li>
            <Icon name={call.route === "relayed" ? "hidden" : "direct"} />
            {routeWords(call.route, call)}
          </li>
        )}
        {hasMedia && level !== null ? (
          <li>
            <Icon name="lock" />
            {levelWords(level)}
          </li>
        ) : null}
      </ul>
      {emoji === null || question !== null ? null : (
        <button
          type="button"
          className={styles.compare}
          aria-haspopup="dialog"
          aria-keyshortcuts="C"
          onClick={onCompare}
        >
          <Icon name="compare" />
          Compare
        </button>
      )}
    </>
  );
}
