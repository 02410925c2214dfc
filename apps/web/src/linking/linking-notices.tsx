import { useState } from "react";
import { useMatch } from "react-router";
import { isInCall } from "../call/in-call.ts";
import { useClient } from "../app/client-context.tsx";
import { useObservable } from "../app/use-observable.ts";
import { JustLinkedCard } from "./just-linked-card.tsx";
import { LinkedNotice } from "./linked-notice.tsx";
import styles from "./linking-card.module.css";
import {
  justLinkedTitle,
  linkedTitle,
  newerCodeTitle,
  ownTitle,
  resetLinkTitle,
  waitingTitle,
  warningTitle,
} from "./linking-words.ts";
import { NewerCodeWarning } from "./newer-code-warning.tsx";
import { NotLinkedCard } from "./not-linked-card.tsx";
import { OwnDevicesWarning } from "./own-devices-warning.tsx";
import { ResetLinkWarning } from "./reset-link-warning.tsx";
import { WaitingDeviceCard } from "./waiting-device-card.tsx";

/**
 * What is to be said of the account's own devices on every page, one thing at a time. Settings, where all
 * of it stands, says it there; and no call is disturbed.
 */
export function LinkingNotices() {
  const { calls, ownDevices, waysIn } = useClient();
  const resetLink = useObservable(waysIn.resetLink);
  const newerCode = useObservable(waysIn.newerCode);
  const devices = useObservable(ownDevices.snapshot);
  const inCalls = useObservable(calls.snapshot);
  const isBusy = isInCall(inCalls) || inCalls.incoming.length > 0;
  const [putAway, setPutAway] = useState<readonly string[]>([]);
  const isInSettings = useMatch("/settings/devices") !== null;
  const later = (id: string) => () => setPutAway((before) => [...before, id]);
  if (isBusy) return <Said words="" />;
  if (resetLink !== null) {
    return (
      <>
        <Said words={resetLinkTitle} />
        <div className={styles.above}>
          <ResetLinkWarning link={resetLink} />
        </div>
      </>
    );
  }
  if (newerCode !== null) {
    return (
      <>
        <Said words={newerCodeTitle} />
        <div className={styles.above}>
          <NewerCodeWarning newer={newerCode} />
        </div>
      </>
    );
  }
  if (isInSettings || devices.state === "loading") return <Said words="" />;
  if (devices.state !== "known" || devices.wasBegunAnew) {
    if (devices.state === "unavailable" && putAway.includes(noKeys)) return <Said words="" />;
    return (
      <>
        <Said words={warningTitle} />
        <div className={styles.above}>
          <OwnDevicesWarning of={devices} onLater={later(noKeys)} />
        </div>
      </>
    );
  }
  if (devices.linkedWith !== null) {
    return (
      <>
        <Said words={linkedTitle} />
        <div className={styles.above}>
          <LinkedNotice emoji={devices.linkedWith} />
        </div>
      </>
    );
  }
  if (devices.justLinked !== null) {
    return (
      <>
        <Said words={justLinkedTitle} />
        <div className={styles.above}>
          <JustLinkedCard key={devices.justLinked.identityKey} device={devices.justLinked} />
        </div>
      </>
    );
  }
  const waiting = devices.waiting.find(({ id }) => !putAway.includes(id));
  if (waiting !== undefined) {
    return (
      <>
        <Said words={waitingTitle} />
        <div className={styles.above}>
          <WaitingDeviceCard key={waiting.id} device={waiting} onLater={later(waiting.id)} />
        </div>
      </>
    );
  }
  if (devices.emoji === null || putAway.includes(ownCard)) return <Said words="" />;
  return (
    <>
      <Said words={ownTitle} />
      <div className={styles.above}>
        <NotLinkedCard emoji={devices.emoji} onLater={later(ownCard)} />
      </div>
    </>
  );
}

/** The title of what came by itself, to whoever does not see it. It is there before there is a word in it. */
function Said({ words }: { words: string }) {
  return <output className="visually-hidden">{words}</output>;
}

const ownCard = "this device";
const noKeys = "no keys";
