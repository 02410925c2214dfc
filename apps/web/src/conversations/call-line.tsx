import type { CallEntry, ConversationView } from "@ringfence/protocol";
import { useClient } from "../app/client-context.tsx";
import { useObservable } from "../app/use-observable.ts";
import { Icon, type IconName } from "../controls/icon.tsx";
import { Button } from "../controls/button.tsx";
import styles from "./call-line.module.css";
import { callLineWords } from "./call-line-words.ts";
import { timeOfDay } from "./time-words.ts";
import { isInCall } from "../call/in-call.ts";

interface CallLineProps {
  call: CallEntry;
  conversation: ConversationView;
}

/** A call as its thread remembers it. */
export function CallLine({ call, conversation }: CallLineProps) {
  const { calls } = useClient();
  const isMissed = call.outcome === "missed";
  const isBusy = isInCall(useObservable(calls.snapshot));
  const mayCallBack = isMissed && conversation.callButton === "call" && !isBusy;
  return (
    <div className={styles.line} data-missed={isMissed || undefined}>
      <Icon name={iconOf(call)} />
      <span>
        {callLineWords(call, conversation.with.handle)}
        <time className={styles.at} dateTime={new Date(call.at).toISOString()}>
          {timeOfDay(call.at)}
        </time>
      </span>
      {mayCallBack ? (
        <Button look="quiet" onClick={() => calls.ring(conversation.with, call.kind)}>
          Call back
        </Button>
      ) : null}
    </div>
  );
}

function iconOf(call: CallEntry): IconName {
  if (call.outcome === "missed") return "missed";
  return call.kind === "audio" ? "phone" : "video";
}
