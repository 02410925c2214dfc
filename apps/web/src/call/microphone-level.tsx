import { useEffect, useState } from "react";
import { useClient } from "../app/client-context.tsx";
import styles from "./microphone-level.module.css";

/** How loud one's own microphone is now: whoever speaks sees that it hears them. */
export function MicrophoneLevel() {
  const { calls } = useClient();
  const [level, setLevel] = useState(0);
  useEffect(() => calls.watchMicrophoneLevel(setLevel), [calls]);
  return (
    <div className={styles.level}>
      <meter className={styles.meter} aria-label="Microphone level" value={level} />
      <div className={styles.track} aria-hidden="true">
        <div className={styles.bar} style={{ transform: `scaleX(${level})` }} />
      </div>
    </div>
  );
}
