/** What one WebSocket may ask of the server. */
export const connectionLimits = {
  messagesPerSecondMax: 30,
  messagesBurstMax: 120,
  messagesWaitingMax: 64,
  /** Deliveries that wait for the welcome. */
  heldBackMax: 500,
  /** A client that has left this much unread is not reading. */
  queuedBytesMax: 1_048_576,
  connectionsPerAccountMax: 50,
  silenceCheckMs: 1_000,
} as const;
