import type { DeviceCheck, InputKind } from "@ringfence/client";
import { useEffect, useMemo } from "react";
import { useClient } from "../app/client-context.tsx";
import { useObservable } from "../app/use-observable.ts";
import { thisBrowser } from "../call/this-browser.ts";
import { StreamVideo } from "../call/stream-video.tsx";
import { canAskAgain, deviceWords } from "../call/trouble-words.ts";
import { Button } from "../controls/button.tsx";
import { Notice } from "../controls/notice.tsx";
import styles from "./device-checks.module.css";
import { SettingsSection } from "./settings-section.tsx";

/** The microphone and the camera, tried only where the person says so. */
export function DeviceChecks() {
  const { microphoneCheck, cameraCheck } = useClient();
  return (
    <SettingsSection title="Microphone and camera">
      <p>Only on this page: nothing of it is sent.</p>
      <Check of="microphone" check={microphoneCheck} />
      <Check of="camera" check={cameraCheck} />
    </SettingsSection>
  );
}

function Check({ of: kind, check }: { of: InputKind; check: DeviceCheck }) {
  const snapshot = useObservable(check.snapshot);
  const browser = useMemo(() => thisBrowser(), []);
  // Whoever leaves the page is neither heard nor seen any longer.
  useEffect(() => () => check.stop(), [check]);
  const words = snapshot.state === "fault" ? deviceWords(snapshot.fault, kind, browser) : null;
  const mayTry = snapshot.state !== "fault" || canAskAgain(snapshot.fault);
  return (
    <div className={styles.check}>
      {snapshot.state === "open" ? (
        <Button onClick={() => check.stop()}>Stop the {kind}</Button>
      ) : mayTry ? (
        <Button
          icon={kind === "camera" ? "video" : "microphone"}
          isBusy={snapshot.state === "asking"}
          onClick={() => check.start()}
        >
          Try the {kind}
        </Button>
      ) : null}
      <output className={styles.outcome}>
        {snapshot.state === "asking" ? "If your browser asks, choose Allow." : null}
        {words === null ? null : (
          <Notice tone="attention" icon="warning">
            <strong>{words.what}</strong> {words.next}
          </Notice>
        )}
        {snapshot.state === "open" && kind === "microphone"
          ? snapshot.wasHeard
            ? "It hears you."
            : "Say something."
          : null}
        {snapshot.state === "open" && kind === "camera" ? "It sees this:" : null}
      </output>
      {snapshot.state === "open" ? (
        <div className={styles.open}>
          {snapshot.picture === null ? (
            <meter
              className={styles.level}
              aria-label="Level of the microphone"
              min={0}
              max={1}
              value={snapshot.level}
            />
          ) : (
            <StreamVideo
              stream={snapshot.picture}
              label="Your camera"
              className={styles.picture}
              isMirror
            />
          )}
          <p className={styles.label}>{snapshot.label}</p>
        </div>
      ) : null}
    </div>
  );
}
