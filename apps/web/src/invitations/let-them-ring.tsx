import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import styles from "./invite-sheet.module.css";

/** Whoever invites to call and cannot be called hears of it here, before the other does. */
export function LetThemRing() {
  const { callSettings } = useClient();
  const settings = useObservable(callSettings.snapshot);
  const turnOn = useAction(async () => {
    const kept = settings?.calling === "on" ? settings.audiences : [];
    await callSettings.change({ calling: "on", audiences: [...kept, "mutuals"] });
  });
  if (settings === null) return null;
  const canBeRung = settings.calling === "on" && settings.audiences.includes("mutuals");
  if (canBeRung) return null;
  return (
    <div className={styles.aside}>
      <p>
        You could ring them, but they could not ring you: your calls are{" "}
        {settings.calling === "on" ? "not on for mutuals" : "off"}.
      </p>
      <Button isBusy={turnOn.isRunning} onClick={turnOn.run}>
        Turn on calls for mutuals
      </Button>
      <ProblemNotice problem={turnOn.problem} />
    </div>
  );
}
