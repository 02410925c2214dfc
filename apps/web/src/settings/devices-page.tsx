import type { Device } from "@ringfence/protocol";
import { useCallback, useEffect, useId } from "react";
import { BackLink } from "../app/back-link.tsx";
import { useClient } from "../app/client-context.tsx";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { LoadFailure } from "../app/load-failure.tsx";
import { PageHeading } from "../app/page-heading.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { Page } from "../app/page.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useFetched } from "../app/use-fetched.ts";
import { useObservable } from "../app/use-observable.ts";
import { Icon } from "../controls/icon.tsx";
import { LoadingRows } from "../controls/loading.tsx";
import { dateWords } from "../conversations/time-words.ts";
import { linkedWords } from "../linking/linking-words.ts";
import { LinkingSection } from "../linking/linking-section.tsx";
import { ComparedPeople } from "./compared-people.tsx";
import styles from "./devices-page.module.css";
import { reachOf } from "./reach-words.ts";
import { SignedInNowhere } from "./signed-in-nowhere.tsx";
import { SignOutButton } from "./sign-out-button.tsx";
import { ThisDevice } from "./this-device.tsx";
import { WaysInSettings } from "./ways-in.tsx";

export function DevicesPage() {
  const { account, ownDevices } = useClient();
  const own = useObservable(ownDevices.snapshot);
  const { fetched, problem, tryAgain, change } = useFetched(
    useCallback(() => account.listDevices(), [account]),
  );
  // Whoever came, was linked or left is in the list as soon as it is known.
  useEffect(() => ownDevices.snapshot.subscribe(() => void tryAgain()), [ownDevices, tryAgain]);
  const linked = own.state === "known" ? own.devices.filter(({ isLinked }) => isLinked) : null;
  return (
    <Page>
      <PageTitle>Devices and keys</PageTitle>
      <BackLink to="/settings">Settings</BackLink>
      <PageHeading>Devices and keys</PageHeading>
      <p className={styles.meaning}>
        Every browser that is signed in to your account; all of them ring. Sign out any that you do
        not recognise: it loses access at once.
      </p>
      <LinkingSection own={own} />
      <ThisDevice />
      <h2 className={styles.heading}>All devices</h2>
      {problem === null ? null : <LoadFailure onTryAgain={tryAgain}>{problem.message}</LoadFailure>}
      {fetched === null && problem === null ? <LoadingRows of="your devices" count={2} /> : null}
      <ul className={styles.devices}>
        {fetched?.map((device) => (
          <DeviceRow
            key={device.id}
            device={device}
            linked={linked}
            onSignedOut={() => change((devices) => devices.filter(({ id }) => id !== device.id))}
          />
        ))}
        {own.state !== "known"
          ? null
          : own.signedInNowhere.map((key) => (
              <SignedInNowhere key={key} identityKey={key} mayTakeOut={own.isLinked} />
            ))}
      </ul>
      <WaysInSettings onDevicesChange={tryAgain} />
      <ComparedPeople />
    </Page>
  );
}

interface DeviceRowProps {
  device: Device;
  /** Those that are linked; null where that is not known. */
  linked: readonly Device[] | null;
  onSignedOut: () => void;
}

function DeviceRow({ device, linked, onSignedOut }: DeviceRowProps) {
  const { account } = useClient();
  const id = useId();
  const isLinked = linked?.some((each) => each.id === device.id) ?? null;
  const signOut = useAction(async () => {
    if (device.isThisOne) return account.signOut();
    await account.signOutDevice(device.id);
    return onSignedOut();
  });
  return (
    <li ref={giveFocusBack} className={styles.device}>
      <Icon name="devices" />
      <div className={styles.words} id={id}>
        <p className={styles.name}>
          {device.name}
          {device.isThisOne ? <span className={styles.this}>This device</span> : null}
        </p>
        {device.isThisOne ? null : <ReachLine device={device} />}
        {isLinked === null ? null : (
          <p className={styles.since}>
            <strong className={styles.reach}>{isLinked ? "Linked" : "Not linked"}</strong>:{" "}
            {linkedWords(isLinked, device.isThisOne)}.
          </p>
        )}
        <p className={styles.since}>
          Signed in {dateWords(device.signedInAt)}
          {device.isThisOne ? "" : ` · last used ${dateWords(device.lastSeenAt)}`}
        </p>
      </div>
      <SignOutButton
        aria-describedby={id}
        of={device.isThisOne ? "this" : "other"}
        isLastLinked={isLinked === true && linked?.length === 1}
        isBusy={signOut.isRunning}
        onSignOut={signOut.run}
      />
      <ProblemNotice problem={signOut.problem} />
    </li>
  );
}

function ReachLine({ device }: { device: Device }) {
  const { word, why } = reachOf(device);
  return (
    <p className={styles.since}>
      <strong className={styles.reach}>{word}</strong>: {why}.
    </p>
  );
}
