import type { CurrentCall } from "@ringfence/client";

/** What a person hears of a call whose page they do not see, between two moments of it. */
export function announcementsOf(before: CurrentCall, now: CurrentCall): string[] {
  const who = `@${now.with.handle}`;
  const became = (is: (call: CurrentCall) => boolean) => !is(before) && is(now);
  if (now.phase === "ended") return [];
  const sentences: [boolean, string][] = [
    [became(isConnected) && before.phase === "reconnecting", "Connected again."],
    [became(isConnected) && before.phase !== "reconnecting", `Connected to ${who}.`],
    [
      became((call) => call.trust.level === "compared") && before.trust.level !== null,
      `Compared with ${who}.`,
    ],
    [became((call) => call.isMuted), "You are muted."],
    [became((call) => !call.isMuted), "You are not muted any more."],
    [became((call) => call.isCameraOn), "Your camera is on."],
    [became((call) => !call.isCameraOn), "Your camera is off."],
    [became((call) => call.localScreen !== null), `${who} sees your screen.`],
    [became((call) => call.localScreen === null), "You stopped sharing your screen."],
    [became((call) => call.remoteIsMuted), `${who} is muted.`],
    [
      became((call) => call.remoteMicrophone === "on") && before.remoteIsMuted,
      `${who} is not muted any more.`,
    ],
    [became((call) => call.remoteIsCameraOn), `The camera of ${who} is on.`],
    [
      became((call) => !call.remoteIsCameraOn && !call.remoteIsPaused),
      `The camera of ${who} is off.`,
    ],
    [became((call) => call.remoteScreen !== null), `${who} shares a screen.`],
    [became((call) => call.remoteScreen === null), `${who} stopped sharing.`],
  ];
  return sentences.filter(([isSo]) => isSo).map(([, sentence]) => sentence);
}

function isConnected({ phase }: CurrentCall): boolean {
  return phase === "connected";
}
