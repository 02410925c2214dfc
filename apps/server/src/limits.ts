/** How often something may be done: `burst` at once, then `perMinute`. */
export interface Rate {
  readonly burst: number;
  readonly perMinute: number;
}

/**
 * How often one account, or one source of requests, may ask for what. A source is the network
 * address that a request comes from, known here by a keyed hash only.
 */
export const rates = {
  /** Everything under /api. */
  requestsPerSource: { burst: 1_000, perMinute: 6_000 },
  requestsPerAccount: { burst: 300, perMinute: 1_200 },
  /** Many people sign up from behind one address on a community's first evening. */
  signUpsPerSource: { burst: 100, perMinute: 5 },
  /** Every attempt counts until one succeeds. */
  signInsPerAccountAndSource: { burst: 10, perMinute: 1 },
  /** Far above what one source can use up: a stranger must not keep the owner out. */
  signInsPerAccount: { burst: 200, perMinute: 20 },
  signInsPerSource: { burst: 100, perMinute: 10 },
  /** A page to sign in asks for one at once, for the browser to offer passkeys in its field. */
  passkeyRequestsPerSource: { burst: 200, perMinute: 60 },
  recoveryCodesPerAccount: { burst: 10, perMinute: 1 },
  messagesPerAccount: { burst: 60, perMinute: 60 },
  /** Follows, blocks and nevers, and taking them back: each is told to two accounts. */
  pairChangesPerAccount: { burst: 60, perMinute: 60 },
  /** Every invite counts, whatever comes of it. */
  invitesPerAccount: { burst: 20, perMinute: 10 },
  invitesPerPair: { burst: 6, perMinute: 2 },
  /** New rounds of one call, offered or asked for by one device: a path that comes and goes. */
  roundsPerCall: { burst: 60, perMinute: 60 },
  /** Of media or of a page, that one device tells of. Each is written down and told to both. */
  lossesPerCall: { burst: 60, perMinute: 60 },
  /** Of connections: a page that comes back. Each reads all that it must know. */
  hellosPerDevice: { burst: 60, perMinute: 60 },
  /** Asks to be allowed to call, whatever comes of them. */
  asksPerAccount: { burst: 20, perMinute: 2 },
  reportsPerAccount: { burst: 10, perMinute: 1 },
  /** A whole book takes ten for its trial and ten to be added. */
  addressBookImportsPerAccount: { burst: 30, perMinute: 2 },
  invitationsPerAccount: { burst: 20, perMinute: 2 },
  /** Looking at invitations, and trying tokens. */
  invitationTokensPerSource: { burst: 60, perMinute: 20 },
  /** Who can ring: tens of milliseconds each with ten thousand people. */
  mayRingListsPerAccount: { burst: 60, perMinute: 60 },
  /** What a change would do looks at all of them, to the last. */
  previewsPerAccount: { burst: 10, perMinute: 6 },
  settingsChangesPerAccount: { burst: 30, perMinute: 20 },
  /** Pages of everything that is kept of it. */
  exportPagesPerAccount: { burst: 500, perMinute: 60 },
  searchesPerAccount: { burst: 60, perMinute: 120 },
  /** A page that is loaded says it once. */
  pushSubscriptionsPerAccount: { burst: 60, perMinute: 30 },
  pushTestsPerAccount: { burst: 6, perMinute: 3 },
  /** Statements: each is told to all devices of the account. */
  deviceChainChangesPerAccount: { burst: 60, perMinute: 20 },
  /** Keys that a device says it has: what one says too often holds up no other. */
  identityKeysPerDevice: { burst: 30, perMinute: 10 },
  /** Calls of a device with itself, by which a person tests a connection. */
  loopCallsPerAccount: { burst: 6, perMinute: 2 },
} as const satisfies Record<string, Rate>;

export type RateName = keyof typeof rates;

/** Sizes, counts and waits that only the server keeps. The unit stands last. */
export const serverLimits = {
  /** Keys that a rate remembers; the one not seen for longest is forgotten first. */
  rateKeysMax: 20_000,

  /** After this long a source has another name, and a fresh start with it. */
  sourceKeyLifetimeMs: 24 * 60 * 60 * 1_000,

  /** Of TCP, whatever is spoken in them. A browser opens up to six, and the live one. */
  openConnectionsMax: 16_384,
  /** From one source. A whole house or school may be one. */
  openConnectionsPerSourceMax: 1_024,

  loginLifetimeMs: 180 * 24 * 60 * 60 * 1_000,
  oneTimeLinkLifetimeMs: 24 * 60 * 60 * 1_000,
  /** The operator's, that sets a new password. */
  resetLinkLifetimeMs: 24 * 60 * 60 * 1_000,
  /** Signing one more device in signs the one out that was away for longest. */
  devicesPerAccountMax: 50,
  /** What "last seen" is rounded down to. */
  lastSeenStepMs: 60 * 60 * 1_000,

  /** From asking a browser for a passkey until its answer; a person looks for a key meanwhile. */
  passkeyTimeoutMs: 5 * 60 * 1_000,
  /** Within `passkeyTimeoutMs`, on the whole server: each is remembered so that it works once. */
  passkeysUsedMax: 20_000,
  /** So long after signing in a device may change what opens the account without another word. */
  freshLoginMs: 10 * 60 * 1_000,
  /** A code that was replaced: its owner has that long to come back before whoever replaced it. */
  replacedCodeLifetimeMs: 14 * 24 * 60 * 60 * 1_000,
  /** Of an account, the newest among them: each attempt to recover costs as many hashes. */
  recoveryCodesPerAccountMax: 3,

  /** argon2 takes a core for about 30 ms and 19 MiB: calls go on while people sign in. */
  passwordHashesAtOnceMax: 2,
  passwordHashesWaitingMax: 40,

  /** Something that was deleted is still in the log: when another attempt is made to empty it. */
  emptyLogRetryMs: 60_000,
  /** Of everything that is kept of an account, in one answer. */
  exportedRowsAtOnceMax: 500,
  /** A conversation with more unread messages than this shows this. */
  unreadCountMax: 100,
  /** Pairs that are decided before others have their turn: 24 microseconds each. */
  pairsAtOnceMax: 100,
  /** Of those who might ring an account, as many as one query brings. */
  candidatesAtOnceMax: 1_000,
  /** People whose page is told of one who changed, before others have their turn. */
  sidesToldAtOnceMax: 20,
  /** How many accounts fetch again when the operator vouches for somebody; the latest first. */
  vouchingToldMax: 2_000,
  /** How many accounts look again who can ring them when one is suspended; the latest first. */
  suspensionToldMax: 2_000,
  /** How many accounts are told at once that a person was deleted. */
  removalsToldMax: 2_000,

  /** A day, and time enough for the last of its rings to end. */
  recentRingKeptMs: 25 * 60 * 60 * 1_000,
  refusedAttemptKeptMs: 30 * 24 * 60 * 60 * 1_000,
  /** One that the operator closed. */
  closedReportKeptMs: 30 * 24 * 60 * 60 * 1_000,

  /** Of what is pushed, before it is encrypted. The longest names take about 300. */
  pushPayloadBytes: 512,
  /** Of one push service. Others have their own, so that a slow one delays nobody else's. */
  pushesAtOnceMax: 16,
  pushesWaitingMax: 1_000,
  pushesWaitingPerAccountMax: 20,
  /** Refused, or not connected to, and none taken in between: the subscription is taken away. */
  pushFailuresInRowMax: 20,
  pushTimeoutMs: 5_000,
  pushAnswerHeadBytesMax: 16_384,
  /** After the first attempt; after each further one three times as long. */
  pushRetryMs: 1_000,
  /** So long after the ring began, or its caller could measure that a push is made. */
  ringPushDelayMs: 25,
  /** Within so long after that, at a moment by chance for each device. */
  ringPushSpreadMs: 775,
  /** A device that has a page and has not said by then that it rings is pushed to. */
  ringAcknowledgeTimeoutMs: 1_000,
  /** A ring of which no node says that it pushes it: another takes it then. */
  ringUnclaimedMs: 2_000,
  /** A node that dies may have told nobody that a ring is over: so long another can do so. */
  ringEndHandedOverMs: 8_000,
  /** How long a push service keeps the word of a missed call for a device that is off. */
  missedPushLifetimeMs: 24 * 60 * 60 * 1_000,
  pushTestLifetimeMs: 8_000,

  /** Accounts that a simulation has left, in one answer. */
  simulatedHandlesAtOnceMax: 1_000,

  /** Names on one certificate; each is proven for itself. */
  acmeNamesMax: 20,
  acmeRequestTimeoutMs: 30_000,
  acmeAnswerBytesMax: 1_048_576,
  /** Until an authority has made up its mind: twice as long after each question, two minutes in all. */
  acmePollMsMin: 500,
  acmePollMsMax: 8_000,
  acmePollsMax: 20,
  /** How often the time of a certificate is held against the clock. */
  certificateLookMs: 60 * 60 * 1_000,
  certificateRetryMsMin: 60_000,
  certificateRetryMsMax: 6 * 60 * 60 * 1_000,
  /** Where the authority asks to be left alone for longer. */
  certificateRetryAskedMsMax: 48 * 60 * 60 * 1_000,

  /** How often a server looks for orders of the operator's commands. */
  ordersRoundMs: 500,
  ordersAtOnceMax: 100,
  /** How long such a command waits for a server to carry its order out. */
  orderPatienceMs: 5_000,
  orderLookMs: 50,

  /** By which the clocks of a doctor and of the server may differ. */
  doctorProofAgeMsMax: 60_000,
  readinessCheckTimeoutMs: 2_000,
  /** How often /readyz writes to the disk, however often it is asked. */
  databaseCheckEveryMs: 5_000,

  /** A relay that is gone for longer does not come back: its calls go to another. */
  relayReturnMs: 500,
  /** After the first relay found a node that started, until every other should have. */
  relayConnectMs: 1_500,
  /** So much later any node moves a call, whichever looks after it. */
  otherNodesRelayMs: 1_000,
  /** How often somebody looks for calls whose relay is gone, besides when one goes or comes. */
  relayRoundMs: 5_000,
  /** The same while there are some. */
  strandedCallsRoundMs: 1_000,
  /** Of the relays that a doctor is let to ask. */
  relaysProbedMax: 8,

  /** A call of a device with itself: long enough to try every way to the relay. */
  loopCallLifetimeMs: 60_000,
  /** Those of all accounts at once. */
  loopCallsMax: 500,

  /** Calls whose states need not be parsed again; some 10 kB each. */
  parsedCallsMax: 1_000,
  /** How long a call that is over still answers late messages by `wrong-state`. */
  endedCallKeptMs: 600_000,
  /** A ring and the moment until it is known to have ended. */
  ringLengthMsMax: 120_000,
  /** Pairs whose buttons one round moves; the others see it when they load the page. */
  movedByTimeMax: 500,
  retentionRoundMs: 60_000,
  /** From asking who has a page open until the write that tells them. */
  retentionWriteMsMax: 10_000,
  /** How often somebody looks whether both devices of a call are gone. */
  absentDevicesRoundMs: 10_000,
  /** The alarm for calls that are due looks at the clock at least this often: clocks are set. */
  dueCallsSleepMsMax: 60_000,
  dueCallsRetryMs: 1_000,
  /** How often a node looks for calls that another one should have served, and how late those are. */
  dueCallsOfOthersRoundMs: 1_000,
  dueCallsOfOthersLateMs: 500,
  dueCallsAtOnceMax: 500,
} as const;

/** Of an operator's own PostgreSQL. */
export const postgresLimits = {
  /** Older ones get no corrections any more. */
  versionMin: 14,
  /** Of one node: as many works go on at once. */
  connectionsMax: 10,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 10_000,
  idleInTransactionTimeoutMs: 10_000,
  /** The network may have lost a question or its answer. */
  answerTimeoutMs: 15_000,
  /** Of one work that contradicts others, before it is given up. */
  triesMax: 25,
  retryWaitMsMax: 60,
  /** For one that is just ending to let go of the database. */
  holdTriesMax: 20,
  holdRetryMs: 250,
  /** The connection that holds it is asked so often whether it is still one. */
  holdLookMs: 10_000,
  /** Rows of a table that a backup has in hand. */
  backupRowsAtOnce: 1_000,
  /** Of one connection. A query of the server has one; the rest are lists of unusual lengths. */
  preparedStatementsMax: 500,
} as const;
