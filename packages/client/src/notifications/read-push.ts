import type { PushMessage } from "@ringfence/protocol";

/**
 * What was pushed, as the protocol's `PushMessage` has it; null for anything else, such as the
 * words of a newer server. Only our own server can have written it: it is signed and encrypted.
 */
export function readPush(text: string): PushMessage | null {
  try {
    const message: unknown = JSON.parse(text);
    return isPushMessage(message) ? message : null;
  } catch {
    return null;
  }
}

function isPushMessage(message: unknown): message is PushMessage {
  if (!isRecord(message)) return false;
  switch (message["type"]) {
    case "test":
      return true;
    case "ring":
      return isOfCall(message) && isOneOf(message["route"], ["relayed", "direct"]);
    case "missed":
      return isOfCall(message);
    case "over":
      return isOfCall(message) && isOneOf(message["how"], endings);
    default:
      return false;
  }
}

const endings = ["answered-elsewhere", "declined-elsewhere", "ended"];

function isOfCall({ callId, kind, with: person }: Record<string, unknown>): boolean {
  return (
    typeof callId === "string" &&
    /^[0-9a-z]{26}$/.test(callId) &&
    isOneOf(kind, ["audio", "video"]) &&
    isRecord(person) &&
    typeof person["handle"] === "string" &&
    /^[a-z][a-z0-9_]+$/.test(person["handle"]) &&
    typeof person["displayName"] === "string"
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isOneOf(value: unknown, values: readonly string[]): boolean {
  return typeof value === "string" && values.includes(value);
}
