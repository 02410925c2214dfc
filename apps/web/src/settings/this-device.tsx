import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useLetRing } from "../app/use-let-ring.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { Notice } from "../controls/notice.tsx";
import { closedWords, hasNotificationButtons, openWords } from "./reach-words.ts";
import { SettingsSection } from "./settings-section.tsx";
import styles from "./this-device.module.css";

/** How a call reaches this browser, with its page open and closed. */
export function ThisDevice() {
  const client = useClient();
  const { sound } = useObservable(client.calls.snapshot);
  const push = useObservable(client.push.snapshot);
  const letRing = useAction(useLetRing());
  const trial = useAction(() => client.push.ringToTry());
  const stop = useAction(() => client.push.stop());
  const isOn = push.state === "on";
  const canAsk = push.state === "off" || push.state === "failed";
  const words = closedWords(push, hasNotificationButtons());
  return (
    <SettingsSection title="This device">
      <Notice icon={sound === "ready" ? "bell" : "bell-off"}>{openWords(sound)}</Notice>
      {words === null ? null : <Notice icon={isOn ? "bell" : "bell-off"}>{words}</Notice>}
      <div className={styles.actions}>
        {sound === "silent" || canAsk ? (
          <Button look="primary" isBusy={letRing.isRunning} onClick={() => letRing.run()}>
            Let Ringfence ring
          </Button>
        ) : null}
        {isOn ? (
          <>
            <Button icon="bell" isBusy={trial.isRunning} onClick={() => trial.run()}>
              Ring this device to try
            </Button>
            <Button look="quiet" isBusy={stop.isRunning} onClick={() => stop.run()}>
              Stop notifying this device
            </Button>
          </>
        ) : null}
      </div>
      <ProblemNotice problem={trial.problem ?? stop.problem} />
    </SettingsSection>
  );
}
