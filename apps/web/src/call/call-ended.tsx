import type { CurrentCall } from "@ringfence/client";
import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { useClient } from "../app/client-context.tsx";
import { useObservable } from "../app/use-observable.ts";
import { timeOfDay } from "../conversations/time-words.ts";
import styles from "./call-ended.module.css";
import { ControlButton } from "./control-button.tsx";
import { lengthOf } from "./duration.ts";
import { endWords } from "./end-words.ts";
import { beginAtOnce, connectionTestPath } from "../settings/connection-test-path.ts";

/** Why the call is over is said above; here stands what to do next. */
export function CallEnded({ call, isFull }: { call: CurrentCall; isFull: boolean }) {
  const panel = useRef<HTMLDivElement>(null);
  const { calls, conversations } = useClient();
  const navigate = useNavigate();
  const { handle } = call.with;
  const conversation = useObservable(conversations.conversation(handle));
  const words = call.endReason === null ? null : endWords(call.endReason, call);
  const mayCallBack =
    words?.mayCallBack === true &&
    conversation.state === "ready" &&
    conversation.value.callButton === "call";
  useEffect(() => {
    // The button that had the focus went away with the call.
    if (isFull) panel.current?.focus({ preventScroll: true });
  }, [isFull]);
  return (
    <div ref={panel} tabIndex={-1} className={styles.ended}>
      {words?.next == null ? null : <p className={styles.next}>{words.next}</p>}
      {call.endReason !== "lost" || call.over === null ? null : (
        <p className={styles.next}>
          It lasted {lengthOf(call.over.lastedMs)}, until {timeOfDay(call.over.at)}.
        </p>
      )}
      <div className={styles.actions}>
        <ControlButton
          icon="messages"
          label="Message"
          onClick={() => {
            calls.dismissEnded();
            void navigate(`/messages/@${handle}`);
          }}
        />
        {mayCallBack ? (
          <ControlButton
            icon={call.kind === "audio" ? "phone" : "video"}
            label="Call back"
            onClick={() => {
              calls.dismissEnded();
              calls.ring(call.with, call.kind);
            }}
          />
        ) : null}
        {words?.mayTestConnection === true ? (
          <ControlButton
            icon="connection"
            label="Test my connection"
            onClick={() => {
              calls.dismissEnded();
              void navigate(connectionTestPath, { state: beginAtOnce });
            }}
          />
        ) : null}
        <ControlButton icon="close" label="Close" onClick={() => calls.dismissEnded()} />
      </div>
    </div>
  );
}
