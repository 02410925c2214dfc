import type { GrantChoice, PersonView } from "@ringfence/protocol";
import { useClient } from "../app/client-context.tsx";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useNow } from "../app/use-now.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { Checkbox } from "../controls/choice.tsx";
import { GrantChoices } from "./grant-choices.tsx";
import { grantWords, pauseWords } from "./grant-words.ts";
import styles from "./right-to-ring.module.css";

/** The right to ring that this account gave the person, or the ways to give one. */
export function RightToRing({ person }: { person: PersonView }) {
  return (
    <div key={String(person.grant === null)} ref={giveFocusBack} className={styles.right}>
      {person.grant === null ? <GiveRight to={person} /> : <RightGiven to={person} />}
    </div>
  );
}

function GiveRight({ to: { handle } }: { to: PersonView }) {
  const { grants } = useClient();
  const give = useAction((choice: GrantChoice) => grants.give(handle, choice));
  return (
    <>
      <p>
        Let @{handle} ring you, whatever your settings say of groups of people. It holds once you
        have both written in your conversation.
      </p>
      <GrantChoices to={handle} isBusy={give.isRunning} onChoose={give.run} />
      <ProblemNotice problem={give.problem} />
    </>
  );
}

function RightGiven({ to: { handle, grant } }: { to: PersonView }) {
  const { grants, callSettings } = useClient();
  const settings = useObservable(callSettings.snapshot);
  const now = useNow();
  const end = useAction(() => grants.end(handle));
  const change = useAction((isLoud: boolean) => grants.setBreakThrough(handle, isLoud));
  if (grant === null) return null;
  const pause = pauseWords(grant, now);
  return (
    <>
      <div className={styles.given}>
        <p className={styles.words}>
          <strong>
            @{handle} {grantWords(grant, now)}.
          </strong>{" "}
          {pause}
          {settings?.calling === "off"
            ? "Your calls are off: until you turn them on, it waits."
            : ""}
        </p>
        <Button isBusy={end.isRunning} onClick={end.run}>
          End
        </Button>
      </div>
      <Checkbox
        label="Rings aloud in quiet hours too"
        isChosen={grant.mayBreakThrough}
        isDisabled={change.isRunning}
        onChange={change.run}
      >
        And is not paused when rings go unanswered.
      </Checkbox>
      <ProblemNotice problem={end.problem ?? change.problem} />
    </>
  );
}
