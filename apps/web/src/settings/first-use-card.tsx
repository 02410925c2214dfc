import type { CallSettingsChange } from "@ringfence/protocol";
import { useNavigate } from "react-router";
import { useClient } from "../app/client-context.tsx";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useLetRing } from "../app/use-let-ring.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import styles from "./first-use-card.module.css";

/** Asks once who may ring. Until it is answered no group of people can. */
export function FirstUseCard({ isInSettings = false }: { isInSettings?: boolean }) {
  const { calls, callSettings, push } = useClient();
  const navigate = useNavigate();
  const settings = useObservable(callSettings.snapshot);
  const { sound } = useObservable(calls.snapshot);
  const { state: pushState } = useObservable(push.snapshot);
  const letRing = useAction(useLetRing());
  const choose = useAction((change: CallSettingsChange) => callSettings.change(change));
  if (settings?.calling !== "unset") return null;
  return (
    <section ref={giveFocusBack} className={styles.card} aria-label="Who may ring you">
      <h2 className={styles.question}>Who may ring you?</h2>
      <p className={styles.meaning}>
        So far nobody can, except people you rang, asked or allowed yourself. Mutuals are people you
        follow who follow you too. You can change this at any time
        {isInSettings ? "." : " in Settings, Calls."}
      </p>
      <div className={styles.choices}>
        <Button
          look="primary"
          isBusy={choose.isRunning}
          onClick={() => choose.run({ calling: "on", audiences: ["mutuals"] })}
        >
          Turn on calls for mutuals
        </Button>
        {isInSettings ? null : (
          <Button onClick={() => void navigate("/settings/calls")}>Choose who</Button>
        )}
        <Button look="quiet" onClick={() => choose.run({ calling: "off" })}>
          Keep calls off
        </Button>
      </div>
      {(sound === "silent" || pushState === "off") && !isInSettings ? (
        <div className={styles.sound}>
          <p className={styles.meaning}>
            This device makes no sound and shows no notifications until you let it.
          </p>
          <Button look="quiet" icon="bell" isBusy={letRing.isRunning} onClick={() => letRing.run()}>
            Let Ringfence ring
          </Button>
        </div>
      ) : null}
      <ProblemNotice problem={choose.problem} />
    </section>
  );
}
