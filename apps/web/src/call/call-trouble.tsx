import type { CurrentCall, InputKind } from "@ringfence/client";
import { useMemo } from "react";
import { useClient } from "../app/client-context.tsx";
import { useHasLasted } from "../app/use-has-lasted.ts";
import { useObservable } from "../app/use-observable.ts";
import { thisBrowser } from "./this-browser.ts";
import styles from "./call-trouble.module.css";
import { type Trouble, troublesOf } from "./trouble-words.ts";

/** A device that needs no question opens within this time: then there is nothing to tell. */
const questionAfterMs = 1_000;

/** What is wrong in this call and what to do about it. None of it ends the call. */
export function CallTrouble({ call }: { call: CurrentCall }) {
  const { calls, connection } = useClient();
  const browser = useMemo(() => thisBrowser(), []);
  const all = troublesOf(call, useObservable(connection), browser);
  const isQuestion = useHasLasted(all.some(isWaiting), questionAfterMs);
  const troubles = all.filter((trouble) => isQuestion || !isWaiting(trouble));
  function askAgain(device: InputKind) {
    if (device === "microphone") calls.openMicrophone();
    else calls.setCamera(true);
  }
  return (
    <output className={styles.troubles}>
      {troubles.map(({ about, tone, what, next, again }) => (
        <span className={styles.trouble} data-tone={tone} key={about}>
          <span className={styles.what}>{what}</span> {next}
          {again === null ? null : (
            <button type="button" className={styles.again} onClick={() => askAgain(again)}>
              Try again
              <span className="visually-hidden"> to open the {again}</span>
            </button>
          )}
        </span>
      ))}
    </output>
  );
}

/** What usually is over before anybody could read it. */
function isWaiting({ about, tone }: Trouble): boolean {
  return (
    tone === "hint" && (about === "microphone" || about === "camera" || about === "other-side")
  );
}
