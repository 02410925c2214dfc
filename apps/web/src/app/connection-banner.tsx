import { Button } from "../controls/button.tsx";
import { Icon } from "../controls/icon.tsx";
import { useClient } from "./client-context.tsx";
import styles from "./connection-banner.module.css";
import { useObservable } from "./use-observable.ts";

/** Says when nothing live arrives any more, and when only a reload helps. */
export function ConnectionBanner() {
  const client = useClient();
  const connection = useObservable(client.connection);
  return (
    <output>
      {connection === "offline" ? (
        <span className={styles.banner}>
          <Icon name="offline" />
          Connection lost. Trying again; calls cannot reach you until it is back.
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
