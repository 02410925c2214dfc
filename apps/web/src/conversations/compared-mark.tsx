import type { Handle } from "@ringfence/protocol";
import { useClient } from "../app/client-context.tsx";
import { useObservable } from "../app/use-observable.ts";
import { Icon } from "../controls/icon.tsx";
import styles from "./compared-mark.module.css";

/** Beside whom this device remembers to have compared emoji with; nothing beside anybody else. */
export function ComparedMark({ of }: { of: Handle }) {
  const { identity } = useClient();
  const people = useObservable(identity.people);
  const isCompared = people.some(({ handle, comparedAt }) => handle === of && comparedAt !== null);
  if (!isCompared) return null;
  return (
    <span className={styles.mark} title="You compared emoji in a call">
      <Icon name="check" />
      compared
    </span>
  );
}
