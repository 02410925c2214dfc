import type { CurrentCall } from "@ringfence/client";
import { useClient } from "../app/client-context.tsx";
import styles from "./call-controls.module.css";
import { ControlButton } from "./control-button.tsx";
import { DevicePickers } from "./device-pickers.tsx";

interface CallControlsProps {
  call: CurrentCall;
  /** In the bar only the two that one may need at once. */
  isFull: boolean;
}

export function CallControls({ call, isFull }: CallControlsProps) {
  const { calls } = useClient();
  const isUnheard = isSilent(call);
  if (isBeforeAnswer(call)) {
    return (
      <div className={styles.controls}>
        <ControlButton
          icon="hang-up"
          label="Cancel call"
          look="hang-up"
          onClick={() => calls.cancel()}
        />
      </div>
    );
  }
  return (
    <div className={styles.controls}>
      <ControlButton
        icon={isUnheard ? "microphone-off" : "microphone"}
        label={isUnheard ? "Unmute" : "Mute"}
        look={isUnheard ? "marked" : "plain"}
        onClick={() => calls.setMuted(!isUnheard)}
      />
      {isFull ? (
        <>
          <ControlButton
            icon={call.isCameraOn ? "video" : "video-off"}
            label={call.isCameraOn ? "Camera off" : "Camera on"}
            onClick={() => calls.setCamera(!call.isCameraOn)}
          />
          {call.isCameraOn && call.cameras.choices.length > 1 ? (
            <ControlButton
              icon="switch-camera"
              label="Switch camera"
              onClick={() => calls.switchCamera()}
            />
          ) : null}
          <DevicePickers call={call} />
        </>
      ) : null}
      <ControlButton icon="hang-up" label="Hang up" look="hang-up" onClick={() => calls.hangUp()} />
    </div>
  );
}

/** Muted, or without a microphone: the button then asks for one again. */
function isSilent({ isMuted, microphone }: CurrentCall): boolean {
  return isMuted || (microphone !== "on" && microphone !== "pending");
}

function isBeforeAnswer(call: CurrentCall): boolean {
  return call.phase === "about-to-ring" || call.phase === "inviting" || call.phase === "ringing";
}
