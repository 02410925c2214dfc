import type { CallRoute } from "@ringfence/protocol";
import type { Call } from "./state.ts";

/**
 * By which route's list a candidate is judged now. While it rings that is the relayed one's in a
 * direct call too: a ring that nobody takes shows the callee no address, and none is kept.
 */
export function candidateRouteOf(call: Call): CallRoute {
  return call.state === "ringing" ? "relayed" : call.route;
}
