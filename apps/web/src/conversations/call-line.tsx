import type { CallEntry, ConversationView } from "@ringfence/protocol";
import { useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { useObservable } from "../app/use-observable.ts";
import { Icon, type IconName } from "../controls/icon.tsx";
import { Button } from "../controls/button.tsx";
import { ReceiptSheet } from "../receipt/receipt-sheet.tsx";
import styles from "./call-line.module.css";
import { callLineWords } from "./call-line-words.ts";
import { timeOfDay } from "./time-words.ts";
import { isInCall } from "../call/in-call.ts";

interface CallLineProps {
  call: CallEntry;
  conversation: ConversationView;
}

/** A call as its thread remembers it; what happened in it is a tap away. */
export function CallLine({ call, conversation }: CallLineProps) {
  const { calls } = useClient();
  const [isOpen, setOpen] = useState(false);
  const isMissed = call.outcome === "missed";
  const isBusy = isInCall(useObservable(calls.snapshot));
  const mayCallBack = isMissed && conversation.callButton === "call" && !isBusy;
  return (
    <div className={styles.line} data-missed={isMissed || undefined}>
      <button
        type="button"
        className={styles.open}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <Icon name={iconOf(call)} />
        <span>
          {callLineWords(call, conversation.with.handle)}
          <time className={styles.at} dateTime={new Date(call.at).toISOString()}>
            {timeOfDay(call.at)}
          </time>
          <span className="visually-hidden">: receipt</span>
        </span>
      </button>
      {mayCallBack ? (
        <Button look="quiet" onClick={() => calls.ring(conversation.with, call.kind)}>
          Call back
        </Button>
      ) : null}
      {isOpen ? (
        <ReceiptSheet callId={call.id} entry={call} onClose={() => setOpen(false)} />
      ) : null}
    </div>
  );
}

function iconOf(call: CallEntry): IconName {
  if (call.outcome === "missed") return "missed";
  return call.kind === "audio" ? "phone" : "video";
}
