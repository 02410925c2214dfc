import type { DeviceChange, DeviceKind } from "@ringfence/client";

/** What became of a device, as the person reads it who uses it. */
export function deviceChangeWords(kind: DeviceKind, change: DeviceChange): string {
  if (change.type === "back") return `${change.label} is there again.`;
  const gone = `${change.label} is no longer there.`;
  if (change.now !== null) return `${gone} The ${kind} is now ${change.now}.`;
  return kind === "speaker" ? `${gone} Your system chooses where you hear the call.` : gone;
}
