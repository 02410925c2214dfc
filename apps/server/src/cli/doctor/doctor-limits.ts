/** How long the doctor waits, and from where on it finds something bad. */
export const doctorLimits = {
  /** Of one request, one handshake, one live connection. */
  answerTimeoutMs: 5_000,
  /** What the doctor asks for is short; another server's page may be anything. */
  bodyCharactersMax: 65_536,

  /** Those who renew certificates by themselves do it a month before. */
  certificateDaysLeftGood: 14,
  /** So much may a clock be set back, or differ from another, without harm. */
  clockToleranceMs: 60_000,

  freeMebibytesMin: 64,
  freeMebibytesGood: 1_024,
  syncMsMax: 500,
  writeAheadMebibytesMax: 256,
  /** So much is written to see whether it can be: more than a page of the database. */
  trialBytes: 65_536,

  nodeMajorMin: 24,
  memoryMebibytesMin: 64,
  memoryMebibytesGood: 256,
  /** Of files that are no connections: the database, logs, the program itself. */
  filesBesideConnectionsMin: 256,
} as const;
