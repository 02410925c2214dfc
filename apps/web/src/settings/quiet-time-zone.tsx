import type { QuietHours } from "@ringfence/protocol";
import { useId } from "react";
import { useClient } from "../app/client-context.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { Button } from "../controls/button.tsx";
import { Notice } from "../controls/notice.tsx";
import styles from "./quiet-hours.module.css";

/** The time zone of this device, as its browser tells it. */
export function timeZoneHere(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** By whose clock the hours are meant. */
export function QuietTimeZone({ quietHours }: { quietHours: QuietHours }) {
  const { callSettings } = useClient();
  const id = useId();
  const change = useAction((timeZone: string) =>
    callSettings.change({ quietHours: { ...quietHours, timeZone } }),
  );
  const { timeZone } = quietHours;
  const here = timeZoneHere();
  return (
    <>
      <div className={styles.zone}>
        <label htmlFor={id}>Time zone</label>
        <select
          id={id}
          className={styles.select}
          value={timeZone}
          onChange={(event) => change.run(event.currentTarget.value)}
        >
          {zonesBeside(timeZone, here).map((zone) => (
            <option key={zone} value={zone}>
              {nameOf(zone)}
            </option>
          ))}
        </select>
      </div>
      {here === timeZone ? null : (
        <Notice
          icon="quiet"
          action={<Button onClick={() => change.run(here)}>Use {nameOf(here)}</Button>}
        >
          These hours go by the clock of {nameOf(timeZone)}, and this device by that of{" "}
          {nameOf(here)}.
        </Notice>
      )}
      <ProblemNotice problem={change.problem} />
    </>
  );
}

/** Every zone that this browser knows; a zone has other names in other browsers. */
function zonesBeside(...known: string[]): string[] {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC", ...known])].toSorted();
}

function nameOf(zone: string): string {
  return zone.replaceAll("_", " ");
}
