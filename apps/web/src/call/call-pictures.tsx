import type { CurrentCall } from "@ringfence/client";
import styles from "./call-pictures.module.css";
import { StreamVideo } from "./stream-video.tsx";

/**
 * Every picture of a call. What the other side shares is large, and their camera then a small picture;
 * each keeps its element when it becomes large or small, so that none starts anew.
 */
export function CallPictures({ call }: { call: CurrentCall }) {
  const { remoteScreen, remoteStream, localScreen, localStream } = call;
  const { handle } = call.with;
  return (
    <>
      {remoteScreen === null ? null : (
        <StreamVideo
          stream={remoteScreen}
          label={`Screen of @${handle}`}
          className={styles.screen}
          isMain
        />
      )}
      {remoteStream === null ? null : (
        <StreamVideo
          stream={remoteStream}
          label={`Video of @${handle}`}
          className={remoteScreen === null ? styles.remote : styles.beside}
          isMain={remoteScreen === null}
        />
      )}
      <div className={styles.shade} />
      {localScreen === null && localStream === null ? null : (
        <div className={styles.own}>
          {localScreen === null ? null : (
            <StreamVideo
              stream={localScreen}
              label="Your own screen"
              className={styles.ownScreen}
            />
          )}
          {localStream === null ? null : (
            <StreamVideo
              stream={localStream}
              label="Your own camera"
              className={styles.ownCamera}
              isMirror={!facesAway(localStream)}
            />
          )}
        </div>
      )}
    </>
  );
}

/** A camera on the back of a phone shows the room: turned round, its letters would be wrong. */
function facesAway(stream: MediaStream): boolean {
  return stream.getVideoTracks()[0]?.getSettings().facingMode === "environment";
}
