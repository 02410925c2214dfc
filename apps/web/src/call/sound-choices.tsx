import type { SoundProcessing } from "@ringfence/client";
import { useClient } from "../app/client-context.tsx";
import { Switch } from "../controls/choice.tsx";
import styles from "./sound-choices.module.css";

const choices: readonly [keyof SoundProcessing, string, string][] = [
  ["noiseSuppression", "Noise suppression", "Takes out fans, keyboards and the street."],
  [
    "echoCancellation",
    "Echo cancellation",
    "Off only with headphones: the other would hear themselves.",
  ],
  ["autoGainControl", "Automatic volume", "Makes you equally loud, near or far."],
];

/** What the browser does to one's own sound. Music sounds better without. */
export function SoundChoices({ sound }: { sound: SoundProcessing }) {
  const { calls } = useClient();
  return (
    <fieldset className={styles.choices}>
      <legend className={styles.legend}>Your sound</legend>
      {choices.map(([name, label, meaning]) => (
        <Switch
          key={name}
          label={label}
          isChosen={sound[name]}
          onChange={(isOn) => calls.setSound({ [name]: isOn })}
        >
          {meaning}
        </Switch>
      ))}
    </fieldset>
  );
}
