/** Where somebody was going before the pages in between, as the router's state has it. */
export function goToOf(state: unknown): string {
  const isMeant = typeof state === "object" && state !== null && "goTo" in state;
  return isMeant && typeof state.goTo === "string" ? state.goTo : "/messages";
}
