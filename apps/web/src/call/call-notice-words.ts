import type { CurrentCall } from "@ringfence/client";
import { questionMinutes } from "./trust-words.ts";

/** What a person should know of the call as it is now, besides what their own devices lack. */
export function callNotices(call: CurrentCall): string[] {
  const { handle } = call.with;
  const notices: [boolean, string][] = [
    [
      call.isOtherAsked && call.trust.question === null,
      `The device of @${handle} does not know yours as it did before. The call waits ${questionMinutes} minutes for them to decide. If @${handle} asks you another way, the four emoji are under Compare once they are there.`,
    ],
    [call.isSpeakingMuted, `You are muted: @${handle} can't hear you.`],
    [
      call.arePicturesPaused,
      "Weak connection: your picture is paused so that you can hear each other. It comes back by itself.",
    ],
    [
      call.remoteIsPaused,
      `Weak connection: the picture of @${handle} is paused so that you can hear each other.`,
    ],
    [call.remoteIsFrozen, `The picture of @${handle} stands still. The sound goes on.`],
    [
      call.screen === "failed",
      "Your screen could not be shared. Your system may have to allow it: look for screen recording in its settings, then try again.",
    ],
  ];
  return notices.filter(([isSo]) => isSo).map(([, words]) => words);
}
