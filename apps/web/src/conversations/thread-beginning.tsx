import type { Person } from "@ringfence/protocol";
import { useClient } from "../app/client-context.tsx";
import { useObservable } from "../app/use-observable.ts";
import { Avatar } from "../people/avatar.tsx";
import styles from "./thread-beginning.module.css";

/** What stands in a thread before its first message. */
export function ThreadBeginning({ person }: { person: Person }) {
  const { people } = useClient();
  const view = useObservable(people.person(person.handle));
  const arrivesAsRequest = view.state === "ready" && !view.value.followsYou;
  return (
    <div className={styles.beginning}>
      <Avatar of={person} size="large" />
      <p className={styles.name}>{person.displayName}</p>
      <p className={styles.next}>
        {arrivesAsRequest
          ? `@${person.handle} doesn't follow you, so your first message arrives as a request.`
          : `Say hello: your message reaches @${person.handle} directly.`}
      </p>
    </div>
  );
}
