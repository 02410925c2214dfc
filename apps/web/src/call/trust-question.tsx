import type { CurrentCall, TrustQuestion as Question } from "@ringfence/client";
import { useId, useState } from "react";
import { useClient } from "../app/client-context.tsx";
import controls from "./call-controls.module.css";
import { ControlButton } from "./control-button.tsx";
import styles from "./trust-question.module.css";
import { comparingReachesWords, howToCompareWords, questionWords } from "./trust-words.ts";
import { useSettling } from "./use-settling.ts";
import { EmojiList } from "../controls/emoji-list.tsx";

interface TrustQuestionProps {
  call: CurrentCall;
  question: Question;
}

/**
 * Asked before any media flows, where the other side's device is not the one that was known. Only its
 * buttons answer it: no key for the whole call, no Escape and no tap beside it does.
 */
export function TrustQuestion({ call, question }: TrustQuestionProps) {
  const { calls } = useClient();
  const id = useId();
  const [isAsked, setAsked] = useState(false);
  const hasEmoji = call.trust.emoji !== null;
  const step = question.type === "call-anyway" ? "anyway" : hasEmoji ? "compare" : "again";
  const { callId } = call;
  const { isNew, isMoved } = useSettling(`${callId} ${step}`);
  // Only what has an id can be asked about.
  if (callId === null) return null;
  return (
    <div
      // Another one at each step: what led to it is gone, and there is something new to read.
      key={`${step} ${isAsked}`}
      ref={takeFocus}
      className={styles.question}
      role="alertdialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-words`}
      tabIndex={-1}
    >
      <div className={styles.panel}>
        {step === "compare" ? (
          <Comparing call={call} id={id} />
        ) : (
          <Change question={question} handle={call.with.handle} id={id} isAsked={isAsked} />
        )}
      </div>
      {/* The second tap of a finger that accepted twice answers no question. */}
      <fieldset
        className={controls.controls}
        disabled={isNew}
        onClickCapture={(event) => {
          if (isMoved) event.stopPropagation();
        }}
      >
        {step === "anyway" ? (
          <ControlButton
            icon="phone"
            label="Call anyway"
            onClick={() => calls.callAnyway(callId)}
          />
        ) : null}
        {step === "again" && !isAsked ? (
          <ControlButton
            icon="compare"
            label="Compare again"
            onClick={() => {
              setAsked(true);
              calls.compareAgain(callId);
            }}
          />
        ) : null}
        {step === "compare" ? (
          <>
            <ControlButton
              icon="check"
              label="They match"
              onClick={() => calls.theyMatch(callId)}
            />
            <ControlButton
              icon="close"
              label="They differ"
              onClick={() => calls.theyDiffer(callId)}
            />
          </>
        ) : null}
        <ControlButton
          icon="hang-up"
          label="Hang up"
          look="hang-up"
          onClick={() => calls.hangUp()}
        />
      </fieldset>
    </div>
  );
}

function takeFocus(dialog: HTMLDivElement | null): void {
  dialog?.focus({ preventScroll: true });
}

interface ChangeProps {
  question: Question;
  handle: string;
  id: string;
  /** The person chose to compare, and the connection for it is being made. */
  isAsked: boolean;
}

function Change({ question, handle, id, isAsked }: ChangeProps) {
  const { title, change, advice, meanwhile } = questionWords(question, handle);
  return (
    <>
      <h3 className={styles.title} id={`${id}-title`}>
        {title}
      </h3>
      <div className={styles.words} id={`${id}-words`}>
        <p>{change}</p>
        <p>{advice}</p>
        <p className={styles.meanwhile}>{meanwhile}</p>
      </div>
      <output className={styles.progress}>
        {isAsked ? "Connecting without sound and picture…" : ""}
      </output>
    </>
  );
}

function Comparing({ call, id }: { call: CurrentCall; id: string }) {
  const { handle } = call.with;
  return (
    <>
      <h3 className={styles.title} id={`${id}-title`}>
        Compare with @{handle}
      </h3>
      <div className={styles.words} id={`${id}-words`}>
        {call.trust.emoji === null ? null : (
          <EmojiList name="Emoji of this call" size="large" emoji={call.trust.emoji} />
        )}
        <p>{howToCompareWords(handle, false)}</p>
        <p className={styles.meanwhile}>{comparingReachesWords}</p>
      </div>
    </>
  );
}
