/**
 * The version of what is said over the WebSocket and in HTTP bodies. It goes up with every change
 * of a schema; a test holds it together with the schemas' hash.
 *
 * 1 (not released yet): accounts, follows, conversations, blocks, call settings, plain calls; then
 * asking, grants, the address book, quiet rings, attempts, reports and invitations; how many can
 * ring, who is vouched for, and which right one was given; whether a call is direct; rounds of offer
 * and answer, what a device prepares while it rings, glare, pages that leave and return; calls of a
 * device with itself; ringing by push with the page closed; chains of devices; passkeys and recovery
 * codes; what is kept of an account, until when, and all of it to take away.
 */
export const protocolVersion = 1;
