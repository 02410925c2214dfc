import type { SentMedia } from "./media-sections.ts";
import type { PictureRoom } from "./room-for-pictures.ts";

/**
 * Tells a browser what each of its senders may use. Sound goes first in its queues and, where a network
 * cares (RFC 8837), on the way. A picture without room is not sent at all; its camera stays open.
 */
export function shareSenders(
  sections: Iterable<[SentMedia, { sender: RTCRtpSender }]>,
  room: PictureRoom,
): void {
  for (const [sends, { sender }] of sections) {
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings) Object.assign(encoding, encodingOf(sends, room));
    // A face may lose detail before it jerks; letters on a screen may not.
    if (sends !== "microphone") parameters.degradationPreference = preferences[sends];
    // It fails on a connection that is closed, or that was told something else meanwhile.
    void sender.setParameters(parameters).catch(() => {});
  }
}

const preferences = { camera: "maintain-framerate", screen: "maintain-resolution" } as const;

function encodingOf(sends: SentMedia, room: PictureRoom): RTCRtpEncodingParameters {
  if (sends === "microphone") return { priority: "high", networkPriority: "high" };
  const maxBitrate = room[sends];
  if (maxBitrate === null) return { active: false };
  return { active: true, maxBitrate, priority: "low", networkPriority: "low" };
}
