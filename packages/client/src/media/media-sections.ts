/**
 * What each side of a call can send, in the order of the sections of its descriptions (the `m=`
 * lines): all are there from the first description on, and tracks are put in and taken out, so that
 * what is switched on later needs no other description. The section of the channel is the browser's
 * to place; Chromium puts it last.
 */
export const mediaSections = [
  { sends: "microphone", kind: "audio" },
  { sends: "camera", kind: "video" },
  { sends: "screen", kind: "video" },
] as const;

export type SentMedia = (typeof mediaSections)[number]["sends"];

/**
 * Which transceiver is which: the first of video is the camera's, the second the screen's. A peer
 * that has no section for something has no transceiver for it either.
 *
 * @param transceivers in the order of the sections, as `getTransceivers` gives them
 */
export function nameSections<T extends { receiver: { track: { kind: string } } }>(
  transceivers: readonly T[],
): Map<SentMedia, T> {
  const left = [...transceivers];
  const named = new Map<SentMedia, T>();
  for (const { sends, kind } of mediaSections) {
    const index = left.findIndex(({ receiver }) => receiver.track.kind === kind);
    const [found] = index < 0 ? [] : left.splice(index, 1);
    if (found !== undefined) named.set(sends, found);
  }
  return named;
}
