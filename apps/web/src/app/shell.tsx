import type { Person } from "@ringfence/protocol";
import { Suspense, useEffect } from "react";
import { Outlet, useMatch } from "react-router";
import { CallRegion } from "../call/call-region.tsx";
import { IncomingCalls } from "../call/incoming-calls.tsx";
import { OtherTabBar } from "../call/other-tab-bar.tsx";
import { ReturnToCall } from "../call/return-to-call.tsx";
import { useCallPlace } from "../call/use-call-place.ts";
import { LoadingRows } from "../controls/loading.tsx";
import { LinkingNotices } from "../linking/linking-notices.tsx";
import { BrokenPromise } from "../receipt/receipt-sheet.tsx";
import { useClient } from "./client-context.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import { Navigation } from "./navigation.tsx";
import styles from "./shell.module.css";
import { useObservable } from "./use-observable.ts";

/** What stands around every page of somebody who is signed in, and the calls above it. */
export function Shell({ me }: { me: Person }) {
  const { calls } = useClient();
  const { current, returnable } = useObservable(calls.snapshot);
  const callPlace = useCallPlace(current);
  const isInThread = useMatch("/messages/:who") !== null;
  const isCovered = current !== null && current.isInThisTab && callPlace.place === "full";
  useEffect(() => {
    if (!isCovered) return;
    // The call took the focus; when it uncovers the page, its heading is where to go on.
    return () => document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }, [isCovered]);
  return (
    <div
      className={styles.shell}
      data-in-thread={isInThread || undefined}
      data-covered={isCovered || undefined}
    >
      {isCovered ? null : (
        <a href="#main" className={styles.skip}>
          Skip to the page
        </a>
      )}
      <div className={styles.above}>
        <ConnectionBanner />
        <div className={styles.incoming}>
          <IncomingCalls />
        </div>
        {current === null ? null : current.isInThisTab ? (
          <CallRegion call={current} callPlace={callPlace} />
        ) : (
          <OtherTabBar call={current} />
        )}

        {returnable === null ? null : <ReturnToCall call={returnable} />}
        {isCovered ? null : <BrokenPromise />}
        <LinkingNotices />
      </div>
      <Navigation me={me} />
      <main className={styles.main} id="main" tabIndex={-1} inert={isCovered}>
        <Suspense fallback={<LoadingRows of="the page" />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}
