/** Sizes, counts and waits of a simulation. The unit stands last. */
export const simulationLimits = {
  peopleMin: 2,
  /** What one process has been seen to hold; more are more processes. */
  peopleMax: 2_000,
  callsPerSecondMax: 200,
  minutesMax: 60,
  /** A person may ring ten times a minute (`invitesPerAccount`); some room is left. */
  ringsPerPersonPerMinuteMax: 8,

  codeCharactersMin: 16,
  answerTimeoutMs: 15_000,
  answerBytesMax: 4_194_304,
  /** Connections for requests, besides the one that each person has open. */
  requestConnectionsMax: 64,

  /** A server makes two password hashes at once, and lets forty wait. */
  signUpsAtOnceMax: 8,
  /** Of one person, until their page is connected and their device in its account's chain. */
  settleTimeoutMs: 60_000,
  /** For everybody to sign up and make friends: so long, and so long again for each. */
  gatherMsMin: 60_000,
  gatherMsPerPerson: 1_000,
  /** Whom each person invites. */
  inviteesMax: 3,
  friendsMax: 8,
  /** Besides whoever invited them, and those whom they invited. */
  furtherFriends: 2,

  /** How long it is watched what connected people cost who do nothing. */
  idleWatchMs: 15_000,
  /** For what has begun to become quiet, and for relays to tell their figures: every five seconds. */
  quietenMs: 6_000,

  /** From the tap until it rings: the second that a tap can be taken back in, and the answer's wait. */
  ringPatienceMs: 12_000,
  connectPatienceMs: 22_000,
  /** The ring's own 45 seconds, and the word of its end. */
  missPatienceMs: 50_000,
  endPatienceMs: 10_000,
  messagePatienceMs: 10_000,
  /** For calls and messages under way when the time is over. */
  windUpMs: 15_000,

  /** As long as one packet of sound is, 50 of them a second. */
  soundPacketMs: 20,
  soundPacketBytes: 80,
  /** Of a connection that is only written about: what setting one up takes. */
  stillPathMs: 30,
  /** In a row, of one person by another: more, and they would have to ask. */
  unansweredInRowMax: 2,

  progressOnTerminalMs: 1_000,
  progressElsewhereMs: 10_000,
  /** Kept of each wait, the latest; the longest is remembered beside them. */
  samplesMax: 100_000,
} as const;
