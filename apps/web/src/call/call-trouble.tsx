import type { CameraState, CurrentCall } from "@ringfence/client";
import { useHasLasted } from "../app/use-has-lasted.ts";
import styles from "./call-trouble.module.css";
import { cameraTrouble, microphoneTrouble } from "./trouble-words.ts";

/** A device that needs no question opens within this time: then there is nothing to tell. */
const questionAfterMs = 1_000;

/** What keeps one's own side from being heard or seen. It never ends the call. */
export function CallTrouble({ call }: { call: CurrentCall }) {
  const isMedia = call.phase !== "about-to-ring" && call.phase !== "inviting";
  const isPending = call.microphone === "pending" || call.camera === "pending";
  const isQuestion = useHasLasted(isMedia && isPending, questionAfterMs);
  const isTold = (state: CameraState) => isMedia && (state !== "pending" || isQuestion);
  const troubles = [
    isTold(call.microphone) ? microphoneTrouble(call.microphone, call.with.handle) : null,
    isTold(call.camera) ? cameraTrouble(call.camera) : null,
  ];
  return (
    <output className={styles.troubles}>
      {troubles.map((trouble) =>
        trouble === null ? null : (
          <span className={styles.trouble} key={trouble}>
            {trouble}
          </span>
        ),
      )}
    </output>
  );
}
