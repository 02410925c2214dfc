import type { CallEntry, CallKind } from "@ringfence/protocol";
import { lengthOf } from "../call/duration.ts";

/** What a call is called: "Audio call" or "Video call". */
export function nameOfCall(kind: CallKind): string {
  return kind === "audio" ? "Audio call" : "Video call";
}

/**
 * The one line that a call leaves in its thread. Of addresses it says something only where the two
 * came so far that they could have learned them.
 */
export function callLineWords(call: CallEntry, handle: string): string {
  const words = shortCallWords(call, handle);
  if (call.outcome !== "answered" && call.outcome !== "failed") return words;
  if (call.route === "direct") return `${words} · direct`;
  return call.outcome === "answered" ? `${words} · addresses hidden` : words;
}

/** The same, as short as a list of conversations has room for. */
export function shortCallWords(call: CallEntry, handle: string): string {
  const name = nameOfCall(call.kind);
  switch (call.outcome) {
    case "answered":
      return `${name} · ${lengthOf(call.durationMs)}`;
    case "missed":
      return `Missed ${name.toLowerCase()}`;
    case "no-answer":
      return `${name} · no answer`;
    case "declined":
      return call.fromMe ? `${name} · @${handle} couldn't talk` : `${name} · you declined`;
    case "cancelled":
      return `${name} · cancelled`;
    case "failed":
      return `${name} · could not connect`;
  }
}
