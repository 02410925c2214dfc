import type { CurrentCall, DevicePicker } from "@ringfence/client";
import { useId } from "react";
import { useClient } from "../app/client-context.tsx";
import { ControlButton } from "./control-button.tsx";
import styles from "./device-pickers.module.css";

/** Which microphone, camera and speaker: the browser's own lists, in a sheet. */
export function DevicePickers({ call }: { call: CurrentCall }) {
  const { calls } = useClient();
  const id = useId();
  return (
    <>
      <ControlButton icon="tune" label="Devices" popoverTarget={id} aria-haspopup="dialog" />
      <dialog id={id} popover="auto" aria-label="Devices" className={styles.sheet}>
        <Picker
          of="Microphone"
          picker={call.microphones}
          onChoose={(device) => calls.chooseMicrophone(device)}
        />
        <Picker
          of="Camera"
          picker={call.cameras}
          onChoose={(device) => calls.chooseCamera(device)}
        />
        {call.speakers === null ? null : (
          <Picker
            of="Speaker"
            picker={call.speakers}
            onChoose={(device) => calls.chooseSpeaker(device)}
          />
        )}
      </dialog>
    </>
  );
}

interface PickerProps {
  of: string;
  picker: DevicePicker;
  onChoose: (id: string) => void;
}

function Picker({ of, picker, onChoose }: PickerProps) {
  const isEmpty = picker.choices.length === 0;
  return (
    <label className={styles.picker}>
      <span className={styles.of}>{of}</span>
      <select
        className={styles.select}
        value={picker.chosen ?? ""}
        disabled={isEmpty}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {picker.chosen === null ? (
          <option value="">{isEmpty ? "None found" : "None in use"}</option>
        ) : null}
        {picker.choices.map((choice) => (
          <option key={choice.id} value={choice.id}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}
