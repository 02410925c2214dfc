import { useClient } from "../app/client-context.tsx";
import { useObservable } from "../app/use-observable.ts";
import { useNow } from "../app/use-now.ts";
import { Notice } from "../controls/notice.tsx";
import { DoNotDisturb } from "./do-not-disturb.tsx";
import styles from "./quiet-hours.module.css";
import { QuietPeriods } from "./quiet-periods.tsx";
import { QuietTimeZone } from "./quiet-time-zone.tsx";
import { quietNowWords } from "./quiet-words.ts";
import { SettingsSection } from "./settings-section.tsx";

/** When rings make no sound: do not disturb, and the same hours of every week. */
export function QuietHours() {
  const { callSettings, quiet } = useClient();
  const settings = useObservable(callSettings.snapshot);
  const quietNow = useObservable(quiet);
  const now = useNow();
  if (settings === null || quietNow === null) return null;
  return (
    <SettingsSection title="Quiet hours">
      <p className={styles.meaning}>
        A ring then makes no sound, no vibration and no notification. It shows while it lasts, and
        is a missed call after that. Whoever calls hears ordinary ringing and is told nothing.
        People whom you let break through ring aloud.
      </p>
      <Notice icon={quietNow.isQuiet ? "quiet" : "bell"}>{quietNowWords(quietNow, now)}</Notice>
      <DoNotDisturb chosen={settings.doNotDisturb} quiet={quietNow} />
      <QuietPeriods quietHours={settings.quietHours} />
      {settings.quietHours.periods.length === 0 ? null : (
        <QuietTimeZone quietHours={settings.quietHours} />
      )}
    </SettingsSection>
  );
}
