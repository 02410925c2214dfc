import type { CurrentCall, DeviceKind } from "@ringfence/client";
import { useClient } from "../app/client-context.tsx";
import { IconButton } from "../controls/button.tsx";
import { callNotices } from "./call-notice-words.ts";
import styles from "./call-notices.module.css";
import { deviceChangeWords } from "./device-words.ts";

const deviceKinds: readonly DeviceKind[] = ["microphone", "camera", "speaker"];

/** What changed in the call by itself, and what to do about it where there is something to do. */
export function CallNotices({ call }: { call: CurrentCall }) {
  return (
    <output className={styles.notices}>
      {callNotices(call).map((words) => (
        <span className={styles.notice} key={words}>
          {words}
        </span>
      ))}
      {deviceKinds.map((kind) => (
        <DeviceNotice call={call} kind={kind} key={kind} />
      ))}
    </output>
  );
}

function DeviceNotice({ call, kind }: { call: CurrentCall; kind: DeviceKind }) {
  const { calls } = useClient();
  const change = call.deviceChanges[kind];
  if (change === undefined) return null;
  return (
    <span className={styles.notice}>
      <span className={styles.words}>{deviceChangeWords(kind, change)}</span>
      {change.type === "back" ? (
        <button
          type="button"
          className={styles.use}
          aria-label={`Use ${change.label}`}
          onClick={() => calls.chooseDevice(kind, change.id)}
        >
          Use it
        </button>
      ) : null}
      <IconButton icon="close" label="Dismiss" onClick={() => calls.forgetDeviceChange(kind)} />
    </span>
  );
}
