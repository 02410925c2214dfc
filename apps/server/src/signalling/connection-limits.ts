/** What one WebSocket may ask of the server. */
export const connectionLimits = {
  messagesPerSecondMax: 30,
  messagesBurstMax: 120,
  messagesWaitingMax: 64,
  /** Deliveries that wait for the welcome. */
  heldBackMax: 500,
  /** Deliveries that wait for one before them, and how long: an exchange with another node. */
  earlyDeliveriesMax: 64,
  earlyDeliveryMsMax: 50,
  /** Connections that are told their account's number at once, after nodes did not hear each other. */
  numbersToldAtOnceMax: 50,
  /** A client that has left this much unread is not reading. */
  queuedBytesMax: 1_048_576,
  connectionsPerAccountMax: 50,
  silenceCheckMs: 1_000,
} as const;
