/**
 * Why `getUserMedia` gave nothing, in the words of the call screen (W3C mediacapture-streams
 * §10.2). What is neither forbidden nor held by another program counts as not there.
 */
export function deviceFault(error: unknown): "blocked" | "missing" | "in-use" {
  const name = error instanceof Error ? error.name : "";
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return "blocked";
    case "NotReadableError":
    case "AbortError":
      return "in-use";
    default:
      return "missing";
  }
}
