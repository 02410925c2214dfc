import type { CurrentCall } from "@ringfence/client";
import { Icon } from "../controls/icon.tsx";
import { routeWords } from "./route-words.ts";
import styles from "./call-facts.module.css";

/** Route and encryption as they are. Encryption is claimed only once media flows. */
export function CallFacts({ call }: { call: CurrentCall }) {
  const hasMedia = call.phase === "connected" || call.phase === "reconnecting";
  return (
    <ul className={styles.facts}>
      {call.route === null ? null : (
        <li>
          <Icon name={call.route === "relayed" ? "hidden" : "direct"} />
          {routeWords(call.route, call)}
        </li>
      )}
      {hasMedia ? (
        <li>
          <Icon name="lock" />
          Encrypted between the two browsers. The keys are not authenticated yet.
        </li>
      ) : null}
    </ul>
  );
}
