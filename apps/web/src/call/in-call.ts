import type { CallsSnapshot } from "@ringfence/client";

/** Whether this device has a call, be it one that its person has not returned to yet: it can ring nobody. */
export function isInCall({ current, returnable }: CallsSnapshot): boolean {
  return returnable !== null || (current !== null && current.phase !== "ended");
}
