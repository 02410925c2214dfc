/** Where a person tests the connection. */
export const connectionTestPath = "/settings/calls/connection";

/** The state of a navigation there, where the person has asked for the test by the same tap. */
export const beginAtOnce = { begin: "at-once" } as const;

export function isToBegin(state: unknown): boolean {
  const isMeant = typeof state === "object" && state !== null && "begin" in state;
  return isMeant && state.begin === beginAtOnce.begin;
}
