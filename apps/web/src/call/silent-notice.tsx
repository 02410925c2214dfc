import { useClient } from "../app/client-context.tsx";
import { useLetRing } from "../app/use-let-ring.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { Notice } from "../controls/notice.tsx";
import styles from "./silent-notice.module.css";

/** Says that calls make no sound here, until the person lets them. */
export function SilentNotice() {
  const { calls, callSettings } = useClient();
  const { sound } = useObservable(calls.snapshot);
  const letRing = useLetRing();
  const settings = useObservable(callSettings.snapshot);
  if (sound === "ready" || settings?.calling !== "on") return null;
  return (
    <div className={styles.silent}>
      <Notice
        icon="bell-off"
        action={<Button onClick={() => void letRing()}>Let Ringfence ring</Button>}
      >
        This page is silent: a call shows, but makes no sound.
      </Notice>
    </div>
  );
}
