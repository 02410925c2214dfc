/** Sizes, counts and waits between the nodes of one installation. The unit stands last. */
export const busLimits = {
  /** How often a node says that it lives. */
  heartbeatMs: 1_000,
  /** A node of which nothing was heard for so long lives no more. */
  nodeGoneMs: 3_000,
  /** Whoever heard nothing at all for longer judges nobody by it. */
  deafMsMax: 2_000,
  /** So long a node that fell silent without leaving may have devices that nobody can ask after. */
  missingNodeMsMax: 600_000,
  /** So long a node that starts waits for the others to say that they live. */
  greetingMs: 300,

  connectTimeoutMs: 3_000,
  reconnectMsMin: 100,
  reconnectMsMax: 300,
  /** A line that leaves two such questions open is taken for lost. */
  pingMs: 2_000,

  /** A question to other nodes that nobody has answered by then. */
  answerMs: 1_000,
  /** After a no, so long for a yes of another node. */
  otherAnswersMs: 100,
  questionsMax: 20_000,

  /** What NATS has not confirmed yet; beyond that deliveries are lost, not kept. */
  unconfirmedBytesMax: 33_554_432,
  /** So often it is asked to confirm. */
  confirmEveryBytes: 1_048_576,
  /** Those who return from a NATS that was away do so one after another. */
  restoredSettleMs: 250,
} as const;
