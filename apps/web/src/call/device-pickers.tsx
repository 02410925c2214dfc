import type { CurrentCall, DeviceKind, DevicePicker } from "@ringfence/client";
import { useClient } from "../app/client-context.tsx";
import { Sheet, SheetDone } from "../controls/sheet.tsx";
import styles from "./device-pickers.module.css";
import { MicrophoneLevel } from "./microphone-level.tsx";
import { SoundChoices } from "./sound-choices.tsx";

interface DevicePickersProps {
  call: CurrentCall;
  onClose: () => void;
}

/** Which microphone, camera and speaker, and how the microphone sounds. */
export function DevicePickers({ call, onClose }: DevicePickersProps) {
  return (
    <Sheet title="Devices" onClose={onClose}>
      <div className={styles.pickers}>
        <Picker of="Microphone" kind="microphone" picker={call.microphones} />
        {call.microphone === "on" ? <MicrophoneLevel /> : null}
        <Picker of="Camera" kind="camera" picker={call.cameras} />
        {call.speakers === null ? null : (
          <Picker of="Speaker" kind="speaker" picker={call.speakers} />
        )}
      </div>
      <SoundChoices sound={call.sound} />
      <SheetDone />
    </Sheet>
  );
}

interface PickerProps {
  of: string;
  kind: DeviceKind;
  picker: DevicePicker;
}

function Picker({ of, kind, picker }: PickerProps) {
  const { calls } = useClient();
  const isEmpty = picker.choices.length === 0;
  return (
    <label className={styles.picker}>
      <span className={styles.of}>{of}</span>
      <select
        className={styles.select}
        value={picker.chosen ?? ""}
        disabled={isEmpty}
        onChange={(event) => calls.chooseDevice(kind, event.currentTarget.value)}
      >
        {picker.chosen === null ? <option value="">{noneWords(kind, isEmpty)}</option> : null}
        {picker.choices.map((choice) => (
          <option key={choice.id} value={choice.id}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}

function noneWords(kind: DeviceKind, isEmpty: boolean): string {
  if (isEmpty) return "None found";
  return kind === "speaker" ? "As your system chooses" : "None in use";
}
