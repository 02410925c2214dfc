/** Every size, count, rate and wait that both sides must agree on. The unit stands last. */
export const limits = {
  handleCharactersMin: 2,
  handleCharactersMax: 20,
  displayNameCharactersMax: 50,
  passwordCharactersMin: 8,
  passwordCharactersMax: 256,
  deviceNameCharactersMax: 60,

  /** 27 that are random, 135 bits, and one to check them by. */
  recoveryCodeCharacters: 28,
  recoveryCodeTypedCharactersMax: 100,
  passkeysPerAccountMax: 20,
  passkeyNameCharactersMax: 60,
  /** WebAuthn §5.8.3 allows 1,023 bytes. */
  credentialIdCharactersMax: 1_364,
  clientDataCharactersMax: 4_096,
  authenticatorDataCharactersMax: 4_096,
  passkeySignatureCharactersMax: 2_048,
  /** WebAuthn §5.4.3 allows 64 bytes. */
  userHandleCharactersMax: 86,
  /** None is asked for; an authenticator may give one with its certificates all the same. */
  attestationCharactersMax: 20_480,

  messageCharactersMax: 4_000,
  /** One page of a thread, of a list of people or of conversations. */
  pageEntriesMax: 50,
  searchCharactersMax: 50,

  askReasonCharactersMax: 140,
  reportCharactersMax: 500,
  pushEndpointCharactersMax: 1_024,
  timeZoneCharactersMax: 64,
  quietPeriodsMax: 14,
  addressBookEntriesMax: 10_000,
  addressBookImportMax: 1_000,
  /** Invitations of one account that nobody took yet. */
  invitationsMax: 50,
  /** Names in the preview of a change of settings. */
  previewNamesMax: 10,
  /** As far as those who can ring an account are counted; this stands for that many and more. */
  mayRingCountMax: 200,

  /** An HTTP body. The largest is a message of 4,000 characters of four bytes each. */
  bodyBytesMax: 32_768,
  /** One WebSocket frame from a client. The largest holds a description. */
  frameBytesMax: 65_536,
  descriptionBytesMax: 32_768,
  /** Chromium 156 with every codec writes about 180 lines of up to 100 characters. */
  descriptionLinesMax: 600,
  descriptionLineCharactersMax: 1_000,
  /** Sound, camera, screen and the data channel. */
  mediaSectionsMax: 4,
  /** What a device signs of a description: facts of some 600 bytes, as base64url. */
  transcriptCharactersMax: 1_024,
  /** An Ed25519 signature of 64 bytes as base64url. */
  signatureCharactersMax: 86,
  /** A line of an account's chain of devices, and how many lines a chain may have. */
  deviceStatementCharactersMax: 400,
  deviceStatementsMax: 500,
  /** Devices that are in a chain at one time. */
  linkedDevicesMax: 20,
  /** A public Ed25519 key of 32 bytes as base64url. */
  identityKeyCharacters: 43,
  candidateCharactersMax: 512,
  /** Of one side in one round. */
  candidatesPerPartyMax: 16,
  /** RFC 8839 §5.4 allows up to 256 characters; browsers write 4 to 32, and 22 to 32. */
  iceUfragCharactersMin: 4,
  iceUfragCharactersMax: 32,
  icePwdCharactersMin: 22,
  icePwdCharactersMax: 64,
  /** Rounds of offer and answer: a day of a network that changes every minute. */
  roundsPerCallMax: 1_500,
  peerMessageCharactersMax: 200,

  helloTimeoutMs: 5_000,
  heartbeatMs: 15_000,
  /** A client that was silent for this long is gone. Timers of a hidden page run once a minute. */
  heartbeatTimeoutMs: 75_000,

  ringTimeoutMs: 45_000,
  connectTimeoutMs: 20_000,
  /** How long connecting may take while a browser asks its person for the microphone. */
  microphoneQuestionTimeoutMs: 60_000,
  /** The same while a person decides who is there, for which two may have to find each other first. */
  trustQuestionTimeoutMs: 300_000,
  lostTimeoutMs: 60_000,
  /** A page that went away during a call may be back within this time: a reload takes a moment. */
  pageReturnMs: 5_000,
  permitExpiryMs: 5_000,
  /** Whoever rings may be rung back for so long; whoever asks, as long as it shows, or so long. */
  callBackMs: 86_400_000,
  /** So many unanswered rings in a row, within the time below, and one has to ask. */
  unansweredRingsMax: 3,
  unansweredRingsMs: 86_400_000,
  /** So many in a row pause a grant that may not break through. */
  unansweredRingsToPause: 4,
  grantPauseMs: 86_400_000,
  grantOnceMs: 86_400_000,
  grantWeekMs: 604_800_000,
  /** The least time between two asks of one person, and how many there may be in the time below. */
  askIntervalMs: 86_400_000,
  asksMax: 2,
  asksPeriodMs: 604_800_000,
  /** How long *Asked* shows, whatever the other did. */
  askShownMs: 604_800_000,
  fadingDaysMin: 1,
  fadingDaysMax: 3_650,
  fadingDaysInitial: 180,
  /** Who has not rung a person for so long is shown the small sheet first. */
  firstRingAfterMs: 15_552_000_000,
  /** Different people whom one account may ring, and rings of one account without a grant. */
  peopleRungMax: 20,
  ringsWithoutGrantMax: 6,
  ringLimitsMs: 3_600_000,
  invitationLifetimeMs: 604_800_000,
  /** A refused invite is answered on the next tick of this clock, whatever the cause. */
  refusalTickMs: 50,
  /** From a tap on the button until anything is sent, when the first ring is behind us. */
  cancelBeforeInviteMs: 1_000,
} as const;
