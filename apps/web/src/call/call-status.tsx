import type { CurrentCall } from "@ringfence/client";
import { phaseWords, qualityWords } from "./call-words.ts";
import styles from "./call-status.module.css";
import { clockOf } from "./duration.ts";
import { endWords } from "./end-words.ts";
import { otherIsAskedWords, questionStatusWords } from "./trust-words.ts";
import { useClock } from "./use-clock.ts";

/** Where the call stands: said aloud when it changes, but for the running clock. */
export function CallStatus({ call }: { call: CurrentCall }) {
  return (
    <div className={styles.status}>
      <output>{statusWords(call)}</output>
      {call.phase === "connected" ? <Running call={call} /> : null}
    </div>
  );
}

function Running({ call }: { call: CurrentCall }) {
  const length = clockOf(useClock(call.connectedAtMs));
  return (
    <>
      <p className={styles.line}>
        <span role="timer" className={styles.clock}>
          {length}
        </span>
        <span className={styles.quality} data-quality={call.quality}>
          {qualityWords(call.quality, call.qualityCause)}
        </span>
      </p>
      {call.remoteMicrophone === "muted" ? <p>@{call.with.handle} is muted</p> : null}
    </>
  );
}

function statusWords(call: CurrentCall): string {
  if (call.phase === "ended" && call.endReason !== null) {
    return endWords(call.endReason, call).title;
  }
  if (call.trust.question !== null) return questionStatusWords;
  return call.isOtherAsked ? otherIsAskedWords(call.with.handle) : phaseWords(call);
}
