/** The invitation with which somebody came to a page, as the page before handed it on. */
export function invitationOf(state: unknown): string | undefined {
  const isHandedOn = typeof state === "object" && state !== null && "invitation" in state;
  return isHandedOn && typeof state.invitation === "string" ? state.invitation : undefined;
}
