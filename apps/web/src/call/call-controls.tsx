import type { CurrentCall } from "@ringfence/client";
import { useClient } from "../app/client-context.tsx";
import styles from "./call-controls.module.css";
import { type CallAction, isBeforeAnswer, isSilent } from "./call-shortcuts.ts";
import { ControlButton } from "./control-button.tsx";

interface CallControlsProps {
  call: CurrentCall;
  /** In the bar only the two that one may need at once. */
  isFull: boolean;
  onAction: (action: CallAction) => void;
}

export function CallControls({ call, isFull, onAction }: CallControlsProps) {
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
  const hangUp = (
    <ControlButton icon="hang-up" label="Hang up" look="hang-up" onClick={() => calls.hangUp()} />
  );
  // No device is open while the other side's is in question.
  if (call.trust.question !== null) return <div className={styles.controls}>{hangUp}</div>;
  return (
    <div className={styles.controls}>
      <ControlButton
        icon={isUnheard ? "microphone-off" : "microphone"}
        label={isUnheard ? "Unmute" : "Mute"}
        look={isUnheard ? "marked" : "plain"}
        aria-keyshortcuts="M"
        onClick={() => onAction("mute")}
      />
      {isFull ? <MoreControls call={call} onAction={onAction} /> : null}
      {hangUp}
    </div>
  );
}

function MoreControls({ call, onAction }: Omit<CallControlsProps, "isFull">) {
  const { calls } = useClient();
  const isSharing = call.screen === "on";
  return (
    <>
      <ControlButton
        icon={call.isCameraOn ? "video" : "video-off"}
        label={call.isCameraOn ? "Camera off" : "Camera on"}
        aria-keyshortcuts="V"
        onClick={() => onAction("camera")}
      />
      {call.isCameraOn && call.cameras.choices.length > 1 ? (
        <ControlButton
          icon="switch-camera"
          label="Switch camera"
          onClick={() => calls.switchCamera()}
        />
      ) : null}
      {call.screen === "unavailable" ? null : (
        <ControlButton
          icon={isSharing ? "screen-off" : "screen"}
          label={isSharing ? "Stop sharing" : "Share screen"}
          look={isSharing ? "marked" : "plain"}
          aria-keyshortcuts="S"
          onClick={() => onAction("screen")}
        />
      )}
      <ControlButton
        icon="tune"
        label="Devices"
        aria-haspopup="dialog"
        aria-keyshortcuts="D"
        onClick={() => onAction("devices")}
      />
    </>
  );
}
