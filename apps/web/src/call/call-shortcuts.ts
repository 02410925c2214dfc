import type { CurrentCall } from "@ringfence/client";

/** What a key does in a call. None of them ends it: a slip of the finger never hangs up. */
export type CallAction =
  | "mute"
  | "camera"
  | "screen"
  | "devices"
  | "compare"
  | "picture-in-picture"
  | "help";

export interface Shortcut {
  /** As `KeyboardEvent.key` has it, in lower case. */
  key: string;
  action: CallAction;
  does: string;
}

export const shortcuts: readonly Shortcut[] = [
  { key: "m", action: "mute", does: "Mute or unmute" },
  { key: "v", action: "camera", does: "Camera on or off" },
  { key: "s", action: "screen", does: "Share a screen, or stop it" },
  { key: "p", action: "picture-in-picture", does: "Picture in picture" },
  { key: "d", action: "devices", does: "Devices" },
  { key: "c", action: "compare", does: "Compare emoji" },
  { key: "?", action: "help", does: "This list" },
];

/**
 * What a key means. It counts only while the call has the focus, and never in a field or a sheet, so
 * that no letter that is meant for something else does anything (WCAG 2.1.4).
 *
 * @returns null where it means nothing
 */
export function actionOf(event: KeyPress): CallAction | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return null;
  if (event.isInField) return null;
  const key = event.key.toLowerCase();
  return shortcuts.find((shortcut) => shortcut.key === key)?.action ?? null;
}

interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  repeat: boolean;
  /** Whether what has the focus takes letters itself. */
  isInField: boolean;
}

/** Whether an action has its button now, and so its key. */
export function isOffered(
  action: CallAction,
  call: Pick<CurrentCall, "phase" | "screen" | "trust">,
  hasPictureInPicture: boolean,
): boolean {
  const isLive = call.phase !== "ended" && !isBeforeAnswer(call) && call.trust.question === null;
  switch (action) {
    case "mute":
    case "camera":
    case "devices":
      return isLive;
    case "screen":
      return isLive && call.screen !== "unavailable";
    case "compare":
      return isLive && call.trust.emoji !== null;
    case "picture-in-picture":
      return hasPictureInPicture;
    case "help":
      return true;
  }
}

/** Nobody has answered yet: there is nothing to do but to cancel. */
export function isBeforeAnswer({ phase }: Pick<CurrentCall, "phase">): boolean {
  return phase === "about-to-ring" || phase === "inviting" || phase === "ringing";
}

/** Muted, or without a microphone: the button then asks for one again. */
export function isSilent({ isMuted, microphone }: CurrentCall): boolean {
  return isMuted || (microphone !== "on" && microphone !== "pending");
}
