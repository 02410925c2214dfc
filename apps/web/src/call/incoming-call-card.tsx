import type { IncomingCall } from "@ringfence/client";
import { useCallback, useRef, useState, type CSSProperties, type RefCallback } from "react";
import { useClient } from "../app/client-context.tsx";
import { useObservable } from "../app/use-observable.ts";
import { nameOfCall } from "../conversations/call-line-words.ts";
import { Icon } from "../controls/icon.tsx";
import { hueOf } from "../people/avatar-look.ts";
import { Avatar } from "../people/avatar.tsx";
import { acceptWords, waitingWords } from "./accept-words.ts";
import { ControlButton } from "./control-button.tsx";
import { DeclineWithMessage } from "./decline-with-message.tsx";
import styles from "./incoming-call-card.module.css";
import { quietRingWords } from "./quiet-ring-words.ts";
import { ringReasonWords } from "./ring-reason-words.ts";
import { useSettling } from "./use-settling.ts";

interface IncomingCallCardProps {
  call: IncomingCall;
  /** How many cards stand above this one. */
  place: number;
  /** The card's ref: whoever is in it when it goes gets the focus back. */
  keepFocus: RefCallback<HTMLElement>;
}

export function IncomingCallCard({ call, place, keepFocus }: IncomingCallCardProps) {
  const { calls, quiet } = useClient();
  const quietNow = useObservable(quiet);
  const { current, returnable } = useObservable(calls.snapshot);
  const { isNew, isMoved } = useSettling(`${place} ${call.acceptEnds}`);
  const [isWriting, setWriting] = useState(false);
  const hasWritten = useRef(false);
  // *Back* brings this button again, and the focus to it. The card never takes the focus by itself.
  const focusAfterWriting = useCallback((button: HTMLButtonElement | null) => {
    if (hasWritten.current) button?.focus();
  }, []);
  const words = acceptWords(call.acceptEnds);
  const waiting = waitingWords(call, returnable ?? current);

  return (
    <div
      ref={keepFocus}
      className={styles.card}
      role="alertdialog"
      aria-label={`Incoming call from ${call.with.displayName}`}
      aria-describedby={`${call.callId}-who`}
      tabIndex={-1}
      data-still={!isAloud(call) || undefined}
      style={{ "--hue": hueOf(call.with.handle) } as CSSProperties}
    >
      <div className={styles.who} id={`${call.callId}-who`}>
        <span className={styles.portrait}>
          <Avatar of={call.with} size="large" />
        </span>
        <div className={styles.words}>
          <p className={styles.name}>{call.with.displayName}</p>
          <p className={styles.kind}>
            <Icon name={call.kind === "audio" ? "phone" : "video"} />
            {nameOfCall(call.kind)} from @{call.with.handle}
          </p>
          {call.reason === null ? null : (
            <p className={styles.reason}>
              Why they can ring: {ringReasonWords(call.reason).toLowerCase()}.
            </p>
          )}
          {call.route === "direct" ? (
            <p className={styles.reason}>
              Direct: if you accept, they will see your internet address, and you theirs.
            </p>
          ) : null}
          {call.isQuiet ? (
            <p className={styles.quiet}>
              <Icon name="bell-off" />
              {quietRingWords(quietNow)}
            </p>
          ) : null}
          {waiting === null ? null : <p className={styles.waiting}>{waiting}</p>}
        </div>
      </div>
      {isWriting ? (
        <DeclineWithMessage call={call} onBack={() => setWriting(false)} />
      ) : (
        <fieldset
          className={styles.buttons}
          disabled={isNew}
          onClickCapture={(event) => {
            if (isMoved) event.stopPropagation();
          }}
        >
          <div className={styles.others}>
            <button
              ref={focusAfterWriting}
              type="button"
              className={styles.other}
              onClick={() => {
                hasWritten.current = true;
                setWriting(true);
              }}
            >
              <Icon name="messages" />
              Decline with a message
            </button>
            {call.isQuiet ? null : (
              <button
                type="button"
                className={styles.other}
                aria-pressed={call.isSilenced}
                onClick={() => calls.silence(call.callId)}
              >
                <Icon name="bell-off" />
                {call.isSilenced ? "Silenced" : "Silence"}
              </button>
            )}
          </div>
          <div className={styles.answers}>
            <ControlButton
              icon="hang-up"
              label="Decline"
              look="hang-up"
              onClick={() => calls.decline(call.callId)}
            />
            <ControlButton
              icon="video"
              label={words.acceptWithVideo}
              onClick={() => calls.accept(call.callId, { camera: true })}
            />
            <ControlButton
              icon="phone"
              label={words.accept}
              look="accept"
              onClick={() => calls.accept(call.callId, { camera: false })}
            />
          </div>
        </fieldset>
      )}
    </div>
  );
}

/** Whether it rings again and again, and not once or never. */
function isAloud({ isSilenced, isQuiet, isWaiting }: IncomingCall): boolean {
  return !isSilenced && !isQuiet && !isWaiting;
}
