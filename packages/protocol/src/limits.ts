/** Every size, count, rate and wait that both sides must agree on. The unit stands last. */
export const limits = {
  handleCharactersMin: 2,
  handleCharactersMax: 20,
  displayNameCharactersMax: 50,
  passwordCharactersMin: 8,
  passwordCharactersMax: 256,
  deviceNameCharactersMax: 60,

  messageCharactersMax: 4_000,
  /** One page of a thread, of a list of people or of conversations. */
  pageEntriesMax: 50,
  searchCharactersMax: 50,

  /** An HTTP body. The largest is a message of 4,000 characters of four bytes each. */
  bodyBytesMax: 32_768,
  /** One WebSocket frame from a client. The largest holds a description. */
  frameBytesMax: 65_536,
  descriptionBytesMax: 32_768,
  /** Chromium 156 with every codec writes about 180 lines of up to 100 characters. */
  descriptionLinesMax: 600,
  descriptionLineCharactersMax: 1_000,
  /** Audio, video and the data channel. */
  mediaSectionsMax: 3,
  candidateCharactersMax: 512,
  candidatesPerPartyMax: 16,
  peerMessageCharactersMax: 200,

  helloTimeoutMs: 5_000,
  heartbeatMs: 15_000,
  /** A client that was silent for this long is gone. Timers of a hidden page run once a minute. */
  heartbeatTimeoutMs: 75_000,

  ringTimeoutMs: 45_000,
  connectTimeoutMs: 20_000,
  /** How long connecting may take while a browser asks its person for the microphone. */
  microphoneQuestionTimeoutMs: 60_000,
  lostTimeoutMs: 60_000,
  permitExpiryMs: 5_000,
  /** A refused invite is answered on the next tick of this clock, whatever the cause. */
  refusalTickMs: 50,
  /** From a tap on the button until anything is sent, when the first ring is behind us. */
  cancelBeforeInviteMs: 1_000,
} as const;
