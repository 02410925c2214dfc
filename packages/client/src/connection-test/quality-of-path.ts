import { clientLimits } from "../limits.ts";

/** The quality of a way to the relay, by the bounds that calls are judged by. */
export function qualityOfPath({
  loss,
  roundTripMs,
}: {
  loss: number;
  roundTripMs: number;
}): "good" | "fair" | "poor" {
  const exceeds = (limit: { loss: number; roundTripMs: number }) =>
    loss > limit.loss || roundTripMs > limit.roundTripMs;
  if (exceeds(clientLimits.poorQuality)) return "poor";
  return exceeds(clientLimits.fairQuality) ? "fair" : "good";
}
