/**
 * The version of what is said over the WebSocket and in HTTP bodies. It goes up with every change
 * of a schema; a test holds it together with the schemas' hash.
 *
 * 1: accounts, follows, conversations, blocks, call settings, plain calls.
 */
export const protocolVersion = 1;
