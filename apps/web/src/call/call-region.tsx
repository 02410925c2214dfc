import type { CurrentCall } from "@ringfence/client";
import { useCallback, useEffect, useRef, useState, type CSSProperties } from "react";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { IconButton } from "../controls/button.tsx";
import { Avatar } from "../people/avatar.tsx";
import { hueOf } from "../people/avatar-look.ts";
import { CallAnnouncements } from "./call-announcements.tsx";
import { CallControls } from "./call-controls.tsx";
import { CallEnded } from "./call-ended.tsx";
import { CallFacts } from "./call-facts.tsx";
import { CallNotices } from "./call-notices.tsx";
import { CallPictures } from "./call-pictures.tsx";
import styles from "./call-region.module.css";
import { CallStatus } from "./call-status.tsx";
import { CallTrouble } from "./call-trouble.tsx";
import { CompareSheet } from "./compare-sheet.tsx";
import { DevicePickers } from "./device-pickers.tsx";
import { ShortcutsSheet } from "./shortcuts-sheet.tsx";
import { TrustQuestion } from "./trust-question.tsx";
import { useCallActions } from "./use-call-actions.ts";
import type { CallPlace } from "./use-call-place.ts";

interface CallRegionProps {
  call: CurrentCall;
  callPlace: CallPlace;
}

/**
 * The call of this tab, over the whole page or as a bar above it. Both are one tree with two
 * layouts, so that no picture starts anew when the call changes its place.
 */
export function CallRegion({ call, callPlace: { place, open, shrink } }: CallRegionProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [region, setRegion] = useState<HTMLElement | null>(null);
  const isEnded = call.phase === "ended";
  const isFull = place === "full";
  const { run, sheet, closeSheet, picture, isOffered } = useCallActions(call, region);
  const hasPicture = call.remoteStream !== null || call.remoteScreen !== null;
  const question = isEnded ? null : call.trust.question;
  // What asks, or says how it ended, takes the focus itself.
  const isHeadingFirst = isFull && !isEnded && question === null;
  useEffect(() => {
    if (isHeadingFirst) heading.current?.focus({ preventScroll: true });
  }, [isHeadingFirst]);
  const attach = useCallback((element: HTMLElement | null) => {
    setRegion(element);
    return giveFocusBack(element);
  }, []);
  return (
    <section
      ref={attach}
      className={styles.call}
      aria-label="Call"
      // A press beside the buttons leaves the focus in the call, and with it the keys.
      tabIndex={-1}
      data-place={place}
      data-ended={isEnded || undefined}
      data-asking={question !== null || undefined}
      style={{ "--hue": hueOf(call.with.handle) } as CSSProperties}
    >
      {isEnded ? null : <CallPictures call={call} />}
      <div className={styles.top}>
        {isFull ? <IconButton icon="shrink" label="Make call smaller" onClick={shrink} /> : null}
        {isFull && picture.isOffered && hasPicture ? (
          <IconButton
            icon="picture-in-picture"
            label="Picture in picture"
            aria-pressed={picture.isOn}
            aria-keyshortcuts="P"
            onClick={picture.toggle}
          />
        ) : null}
        {/* Over a screen the facts are away, and their button with them. */}
        {isFull && call.remoteScreen !== null && isOffered("compare") ? (
          <IconButton icon="compare" label="Compare" onClick={() => run("compare")} />
        ) : null}
        {isFull && !isEnded ? (
          <span className={styles.keys}>
            <IconButton icon="keyboard" label="Keys in a call" onClick={() => run("help")} />
          </span>
        ) : null}
        {isFull || isEnded ? null : <IconButton icon="grow" label="Open call" onClick={open} />}
      </div>
      <div className={styles.who} data-beside-video={hasPicture || undefined}>
        <span className={styles.portrait} data-ringing={call.phase === "ringing" || undefined}>
          <Avatar of={call.with} size={isFull ? "huge" : "small"} />
        </span>
        <h2 ref={heading} tabIndex={-1} className={styles.name}>
          {call.with.displayName}
        </h2>
        <CallStatus call={call} />
        {/* Over a screen that is read there is no room for them. */}
        {isFull && !isEnded && call.remoteScreen === null ? (
          <CallFacts call={call} onCompare={() => run("compare")} />
        ) : null}
      </div>
      <CallAnnouncements call={call} />
      <div className={styles.bottom}>
        {isEnded ? (
          <CallEnded call={call} isFull={isFull} />
        ) : isFull && question !== null ? (
          <TrustQuestion key={call.callId} call={call} question={question} />
        ) : (
          <>
            <CallNotices call={call} />
            <CallTrouble call={call} />
            <CallControls call={call} isFull={isFull} onAction={run} />
          </>
        )}
      </div>
      {sheet === "devices" && !isEnded ? <DevicePickers call={call} onClose={closeSheet} /> : null}
      {sheet === "compare" && !isEnded ? <CompareSheet call={call} onClose={closeSheet} /> : null}
      {sheet === "help" ? <ShortcutsSheet isOffered={isOffered} onClose={closeSheet} /> : null}
    </section>
  );
}
