import { useClient } from "../app/client-context.tsx";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { Notice } from "../controls/notice.tsx";
import { SettingsSection } from "./settings-section.tsx";

/** Whether a call makes a sound in this browser. */
export function SoundSetting() {
  const { calls } = useClient();
  const { sound } = useObservable(calls.snapshot);
  return (
    <SettingsSection title="This device">
      {sound === "ready" ? (
        <Notice icon="bell">Rings with sound while a page of Ringfence is open.</Notice>
      ) : (
        <Notice
          icon="bell-off"
          action={
            <Button look="primary" onClick={() => calls.allowSound()}>
              Let Ringfence ring
            </Button>
          }
        >
          This page is silent: a call shows, but makes no sound.
        </Notice>
      )}
      <p>With the page closed, this device cannot be rung yet.</p>
    </SettingsSection>
  );
}
