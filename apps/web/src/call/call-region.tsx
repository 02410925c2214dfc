import type { CurrentCall } from "@ringfence/client";
import { useEffect, useRef, type CSSProperties } from "react";
import { giveFocusBack } from "../app/give-focus-back.ts";
import { IconButton } from "../controls/button.tsx";
import { Avatar } from "../people/avatar.tsx";
import { hueOf } from "../people/avatar-look.ts";
import { CallControls } from "./call-controls.tsx";
import { CallEnded } from "./call-ended.tsx";
import { CallFacts } from "./call-facts.tsx";
import styles from "./call-region.module.css";
import { CallStatus } from "./call-status.tsx";
import { CallTrouble } from "./call-trouble.tsx";
import { StreamVideo } from "./stream-video.tsx";
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
  const isEnded = call.phase === "ended";
  const isFull = place === "full";
  useEffect(() => {
    if (isFull) heading.current?.focus({ preventScroll: true });
  }, [isFull]);
  return (
    <section
      ref={giveFocusBack}
      className={styles.call}
      aria-label="Call"
      data-place={place}
      data-ended={isEnded || undefined}
      style={{ "--hue": hueOf(call.with.handle) } as CSSProperties}
    >
      {call.remoteStream === null || isEnded ? null : (
        <StreamVideo
          stream={call.remoteStream}
          label={`Video of @${call.with.handle}`}
          className={styles.remote}
        />
      )}
      <div className={styles.shade} />
      <div className={styles.top}>
        {isFull ? <IconButton icon="shrink" label="Make call smaller" onClick={shrink} /> : null}
        {isFull || isEnded ? null : <IconButton icon="grow" label="Open call" onClick={open} />}
      </div>
      <div className={styles.who} data-beside-video={call.remoteStream !== null || undefined}>
        <span className={styles.portrait} data-ringing={call.phase === "ringing" || undefined}>
          <Avatar of={call.with} size={isFull ? "huge" : "small"} />
        </span>
        <h2 ref={heading} tabIndex={-1} className={styles.name}>
          {call.with.displayName}
        </h2>
        <CallStatus call={call} />
        {isFull && !isEnded ? <CallFacts call={call} /> : null}
      </div>
      {call.localStream === null || isEnded ? null : (
        <StreamVideo
          stream={call.localStream}
          label="Your own camera"
          className={styles.own}
          isMirror={!facesAway(call.localStream)}
        />
      )}
      <div className={styles.bottom}>
        {isEnded ? (
          <CallEnded call={call} isFull={isFull} />
        ) : (
          <>
            <CallTrouble call={call} />
            <CallControls call={call} isFull={isFull} />
          </>
        )}
      </div>
    </section>
  );
}

/** A camera on the back of a phone shows the room: turned round, its letters would be wrong. */
function facesAway(stream: MediaStream): boolean {
  return stream.getVideoTracks()[0]?.getSettings().facingMode === "environment";
}
