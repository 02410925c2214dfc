import type { AskAnswer, ReceivedAsk } from "@ringfence/protocol";
import { useId } from "react";
import { Link } from "react-router";
import { useClient } from "../app/client-context.tsx";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { BlockButton } from "../people/block-button.tsx";
import { GrantChoices } from "../people/grant-choices.tsx";
import { ReportButton } from "../people/report-button.tsx";
import styles from "./ask-card.module.css";
import { AskWords } from "./ask-words.tsx";
import { isInCall } from "../call/in-call.ts";

/** Somebody asks to call. The card makes no sound, stands still and takes no focus. */
export function AskCard({ ask }: { ask: ReceivedAsk }) {
  const { asks, calls } = useClient();
  const isBusy = isInCall(useObservable(calls.snapshot));
  const id = useId();
  const { handle } = ask.from;
  const answer = useAction((chosen: AskAnswer) => asks.answer(handle, chosen));
  function callNow() {
    // Within the tap itself: only then does a browser let the page make a sound.
    calls.ring(ask.from, "audio");
    answer.run("call-now");
  }
  return (
    <section ref={giveFocusBack} className={styles.card} aria-labelledby={id}>
      <AskWords ask={ask} id={id} />
      <Button look="primary" icon="phone" isWide disabled={isBusy} onClick={callNow}>
        Call now
      </Button>
      <p className={styles.meaning}>
        Or let @{handle} ring you. <WhoElse />
      </p>
      <GrantChoices to={handle} isBusy={answer.isRunning} onChoose={answer.run} />
      <p className={styles.meaning}>@{handle} is not told of these:</p>
      <div className={styles.others}>
        <Button onClick={() => answer.run("not-now")}>Not now</Button>
        <Button onClick={() => answer.run("never")}>Never</Button>
      </div>
      <div className={styles.strong}>
        <BlockButton person={{ handle, youBlocked: false }} look="quiet" />
        <ReportButton of={handle} />
      </div>
      <ProblemNotice problem={answer.problem} />
    </section>
  );
}

/** The card of a first ask is the first-use card too: it says what the answer means for others. */
function WhoElse() {
  const { callSettings } = useClient();
  const settings = useObservable(callSettings.snapshot);
  switch (settings?.calling) {
    case "unset":
      return (
        <>
          It is for them alone. Who else may ring you, you can{" "}
          <Link to="/settings/calls">choose in Settings</Link>.
        </>
      );
    case "off":
      return "Your calls are off, so you will be asked whether to turn them on.";
    case "on":
    case undefined:
      return null;
  }
}
