import type { CurrentCall } from "@ringfence/client";
import { Icon } from "../controls/icon.tsx";
import styles from "./call-facts.module.css";

/** Route and encryption as they are. Encryption is claimed only once media flows. */
export function CallFacts({ call }: { call: CurrentCall }) {
  const hasMedia = call.phase === "connected" || call.phase === "reconnecting";
  return (
    <ul className={styles.facts}>
      <li>
        <Icon name="hidden" />
        Addresses hidden from each other: {call.route}
      </li>
      {hasMedia ? (
        <li>
          <Icon name="lock" />
          Encrypted between the two browsers. The keys are not authenticated yet.
        </li>
      ) : null}
    </ul>
  );
}
