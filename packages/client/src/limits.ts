/** Waits and bounds of the client alone. What both sides must agree on is in `protocol`. */
export const clientLimits = {
  /** A request without an answer for this long failed. */
  requestTimeoutMs: 15_000,
  /** After the first attempt, which is made at once. */
  reconnectFirstMs: 250,
  reconnectMaxMs: 5_000,
  /** Between two looks whether an account is suspended still. */
  suspendedCheckMs: 30_000,
  /** An invite without an answer for this long failed. */
  inviteTimeoutMs: 10_000,
  /** A heartbeat without any word after it for this long means that the connection is gone. */
  heartbeatAnswerMs: 10_000,
  /** From opening the socket until `welcome`. */
  welcomeTimeoutMs: 8_000,
  /** The longest wait between two attempts while a call goes on. */
  reconnectInCallMaxMs: 1_000,

  /** A call to which nothing came for this long has lost its path. */
  silenceMs: 1_000,
  /** The same where the other side's browser sends no sound: the rest comes seldom. */
  silenceWithoutSoundMs: 3_000,
  /** How often a side that sends no sound says something all the same. */
  pulseMs: 500,
  /** How often it is looked whether something came, and as how much of it a longer pause counts. */
  silencePollMs: 200,
  silencePauseMaxMs: 600,
  /** While a call has lost its path, an attempt to reach the server may take this long to open… */
  freshLinePatienceMs: 500,
  /** … or so many round trips, up to the most. */
  freshLineRoundTrips: 5,
  freshLinePatienceMaxMs: 3_000,
  /** From the beginning of one attempt to that of the next, where it fails sooner. */
  freshLineEveryMs: 250,
  /** After so many of these attempts each has this long to open, and the next begins no sooner. */
  quickLinesMax: 4,
  patientLineMs: 1_700,
  /** Of each end, for the emoji that two people compare. */
  nonceBytes: 32,
  /** What is kept of a call for its next page stays for so long, whatever a `welcome` knows of it. */
  agreementKeptMs: 300_000,
  /** How long an accept waits for the answer that goes with it. */
  acceptPatienceMs: 300,
  /** Restarts are tried again after this long without a packet, and as long again after each more, */
  restartPatienceMs: 2_500,
  restartPatienceMaxMs: 10_000,
  /** and each so many-th one on a new connection. */
  restartsBeforeNewConnection: 3,

  /** Pushes that come together make one list to be fetched again, so long after the first. */
  listRefreshMs: 200,
  /** Between two times that a list is fetched because of pushes. */
  listRefreshEveryMs: 1_000,
  /** Of a list that was read further than this, the rest is fetched again when it is asked for. */
  listPagesRefreshedMax: 4,
  /** A file of contacts over this is not read. */
  contactFileBytesMax: 5_242_880,

  /** The longest wait until it is looked again whether it is quiet now: clocks are set. */
  quietLookMs: 60_000,

  /** From the tap on a notification's *Accept* until a page has to have taken it. */
  acceptByNotificationMs: 30_000,
  /** A tab that lets go of a lock of the profile, or only looks at it, has mostly done so by then. */
  tabLockMs: 100,
  /** A browser that has not let the page make sound by then waits for a gesture. */
  soundStartMs: 200,

  /** After the first over UDP, for one over TCP that then needs no message of its own. */
  gatherMoreMs: 50,
  /** After the first that is not over UDP, for one that is: a request lost once, and its answer. */
  gatherUdpMs: 500,
  /** Without any candidate: the description goes without, and they trickle. */
  gatherMaxMs: 3_000,
  /** After this the browser surely asks its person. */
  microphoneQuestionMs: 1_000,
  /** How often it is looked what the media goes by. */
  pathPollMs: 2_000,
  qualityPollMs: 2_000,

  /** Of a test of the connection: how long one way to the relay may take to stand, ... */
  loopConnectMs: 10_000,
  /** ... how often a message is sent over it, for how long, ... */
  loopProbeEveryMs: 20,
  loopMeasureMs: 3_000,
  /** ... and how long the last ones may be under way. */
  loopLastProbeMs: 500,
  /** How long the live connection may take to stand. */
  liveTestMs: 8_000,

  /** How often a call is looked at for its receipt. */
  receiptSampleMs: 4_000,
  /** That this device keeps, of however many days. */
  receiptsMax: 1_000,
  /** Where its person chose nothing on this device. */
  receiptDays: 30,

  /** How often the level of a microphone is looked at. */
  levelPollMs: 100,
  /** Of 1: -36 dB, which a voice exceeds and a room does not. */
  speechLevel: 0.4,
  speechBeginsMs: 300,
  /** A pause so long makes two sounds of one word: clicks do not add up. */
  speechPauseMs: 300,
  speechEndsMs: 3_000,

  /** Above these people notice, and above those they mind. Loss is a share of the packets. */
  fairQuality: { loss: 0.02, roundTripMs: 300, jitterMs: 40 },
  poorQuality: { loss: 0.08, roundTripMs: 600, jitterMs: 100 },

  /** So many looks in a row without a new picture of the other side's camera, and it is frozen. */
  stillLooksMax: 2,

  /** What this side's own sound bears on its way before its pictures give room. */
  soundStrained: { loss: 0.05, lateMs: 300 },
  soundSuffers: { loss: 0.12, lateMs: 900 },
  /** So many strained looks in a row and the pictures give room. */
  strainedLooksMax: 2,
  /** So many good looks in a row and they may try again; twice as many after each try in vain. */
  wellLooksMin: 5,
  /** After so many of them a step up has not been in vain. */
  wellLooksTried: 3,
  wellLooksMax: 40,

  /** How often a device asks, begins or reads again until it knows how its own account's chain stands. */
  chainStepsMax: 5,
  /** How often a statement is made anew because the chain moved while it was made. */
  chainAppendsMax: 3,
} as const;
