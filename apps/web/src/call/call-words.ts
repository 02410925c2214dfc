import type { CallQuality, CurrentCall, QualityCause } from "@ringfence/client";

/** How far a call got, in words. Empty once it runs: then the clock says it. */
export function phaseWords(call: CurrentCall): string {
  switch (call.phase) {
    case "about-to-ring":
      return "About to ring. Nothing is sent yet.";
    case "inviting":
      return "Calling…";
    case "ringing":
      return "Ringing…";
    case "connecting":
      return "Connecting…";
    case "reconnecting":
      return "Connection lost. Waiting for it to come back…";
    case "connected":
    case "ended":
      return "";
  }
}

export function qualityWords(quality: CallQuality, cause: QualityCause | null): string {
  switch (quality) {
    case "unknown":
      return "Checking the connection";
    case "good":
      return "Good connection";
    case "fair":
      return "Unsteady connection";
    case "poor":
      return poorWords(cause);
  }
}

/** What the two hear of it: each takes another kind of patience. */
function poorWords(cause: QualityCause | null): string {
  switch (cause) {
    case "delay":
      return "Slow connection: words come late";
    case "loss":
    case "jitter":
    case null:
      return "Weak connection: words may be missing";
  }
}
