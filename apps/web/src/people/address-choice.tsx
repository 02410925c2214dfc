import type { AddressException, PersonView } from "@ringfence/protocol";
import { useId } from "react";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useObservable } from "../app/use-observable.ts";
import styles from "./address-choice.module.css";

/** What holds for this account's internet address in calls with the person. */
export function AddressChoice({ person: { handle, addressException } }: { person: PersonView }) {
  const { people, callSettings } = useClient();
  const settings = useObservable(callSettings.snapshot);
  const change = useAction((exception: AddressException | null) =>
    people.setAddressException(handle, exception),
  );
  const id = useId();
  return (
    <div className={styles.choice}>
      <label className={styles.label} htmlFor={id}>
        My address in calls with @{handle}
      </label>
      <select
        id={id}
        className={styles.select}
        value={addressException ?? ""}
        disabled={change.isRunning}
        aria-describedby={`${id}-meaning`}
        onChange={(event) => change.run(exceptionOf(event.currentTarget.value))}
      >
        <option value="">
          As in my settings: {settings?.hideAddress === false ? "shown" : "hidden"}
        </option>
        <option value="hide">Hidden</option>
        <option value="show">Shown</option>
      </select>
      <p className={styles.meaning} id={`${id}-meaning`}>
        Only where both of you show yours is a call direct, and says so before it is taken.
        Otherwise neither learns the other's.
      </p>
      <ProblemNotice problem={change.problem} />
    </div>
  );
}

function exceptionOf(value: string): AddressException | null {
  return value === "hide" || value === "show" ? value : null;
}
