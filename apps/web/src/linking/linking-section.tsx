import type { OwnDevicesSnapshot } from "@ringfence/client";
import { JustLinkedCard } from "./just-linked-card.tsx";
import { LinkedNotice } from "./linked-notice.tsx";
import styles from "./linking-card.module.css";
import { NotLinkedCard } from "./not-linked-card.tsx";
import { OwnDevicesWarning } from "./own-devices-warning.tsx";
import { WaitingDeviceCard } from "./waiting-device-card.tsx";

/** All that is to be said and done about who is linked, where the devices are listed. */
export function LinkingSection({ own }: { own: OwnDevicesSnapshot }) {
  return (
    <div className={styles.section}>
      <OwnDevicesWarning of={own} />
      {own.state !== "known" ? null : (
        <>
          {own.linkedWith === null ? null : <LinkedNotice emoji={own.linkedWith} />}
          {own.justLinked === null ? null : (
            <JustLinkedCard key={own.justLinked.identityKey} device={own.justLinked} />
          )}
          {own.emoji === null ? null : <NotLinkedCard emoji={own.emoji} />}
          {own.waiting.map((device) => (
            <WaitingDeviceCard key={device.id} device={device} />
          ))}
        </>
      )}
    </div>
  );
}
