import { saysServer } from "../call/trouble-words.ts";
import { Button } from "../controls/button.tsx";
import { Icon } from "../controls/icon.tsx";
import { useClient } from "./client-context.tsx";
import styles from "./connection-banner.module.css";
import { useObservable } from "./use-observable.ts";

/** Says when nothing live arrives any more, unless a call does so itself, and when only a reload helps. */
export function ConnectionBanner() {
  const client = useClient();
  const connection = useObservable(client.connection);
  const { current } = useObservable(client.calls.snapshot);
  const isSaidInCall = current?.isInThisTab === true && saysServer(current);
  return (
    <output>
      {connection === "offline" && !isSaidInCall ? (
        <span className={styles.banner}>
          <Icon name="offline" />
          The server does not answer. Trying again; until then no call can reach you.
        </span>
      ) : null}
      {connection === "outdated" ? (
        <span className={styles.banner}>
          <Icon name="warning" />
          The server was updated. Reload the page to go on.
          <Button onClick={() => location.reload()}>Reload</Button>
        </span>
      ) : null}
    </output>
  );
}
