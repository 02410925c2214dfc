/** What the plan is reckoned from and nobody measured: change it, and run `npm run bench:scale -- --describe`. */
export interface Assumptions {
  readonly callsPerAccountAndDay: number;
  readonly messagesPerAccountAndDay: number;
  /** The part of a day's calls and messages that come in its busiest hour. */
  readonly busyHourShare: number;
  readonly answeredShare: number;
  /** Of a call that was answered. */
  readonly talkSeconds: number;
  /** Of the answered ones. */
  readonly videoShare: number;
  readonly relayedShare: number;
  /** Accounts with a page open in the busiest hour; the others are pushed to. */
  readonly connectedShare: number;
  readonly friendsPerAccount: number;
  readonly messageYearsKept: number;
  readonly callRecordDays: number;
  /** How much of a core is used in the busiest hour. */
  readonly coreShareUsed: number;
  readonly socketsPerNode: number;
  readonly announcementsPerCall: number;
  /** For a node that hears one: half of what a delivery was measured to take at both its ends (decision 0072). */
  readonly announcementCpuUs: number;
  /** A message is one transaction, a call about seven. */
  readonly messageCostInCalls: number;
  readonly eurosPerTerabyteOut: number;
  readonly eurosPerCoreAndMonth: number;
}

export const assumptions: Assumptions = {
  callsPerAccountAndDay: 1,
  messagesPerAccountAndDay: 10,
  busyHourShare: 0.12,
  answeredShare: 0.6,
  talkSeconds: 300,
  videoShare: 0.4,
  relayedShare: 0.9,
  connectedShare: 0.2,
  friendsPerAccount: 10,
  messageYearsKept: 2,
  callRecordDays: 30,
  coreShareUsed: 0.5,
  socketsPerNode: 20_000,
  announcementsPerCall: 3,
  announcementCpuUs: 20,
  messageCostInCalls: 1 / 7,
  eurosPerTerabyteOut: 5,
  eurosPerCoreAndMonth: 10,
};

/** How the table of assumptions names them. */
export const assumptionWords: Readonly<Record<keyof Assumptions, string>> = {
  callsPerAccountAndDay: "calls that an account begins a day",
  messagesPerAccountAndDay: "messages that an account writes a day",
  busyHourShare: "part of a day's calls and messages in its busiest hour",
  answeredShare: "part of the calls that are answered",
  talkSeconds: "seconds that an answered call lasts",
  videoShare: "part of the answered calls with a picture",
  relayedShare:
    "part of the answered calls that is relayed; it is all unless people change a setting",
  connectedShare: "part of the accounts with a page open in the busiest hour",
  friendsPerAccount: "people with whom an account has a conversation, a follow and a right to ring",
  messageYearsKept: "years of messages in the database",
  callRecordDays: "days of finished calls in the database (`CALL_RECORD_DAYS`)",
  coreShareUsed:
    "part of a core that is used in the busiest hour; the rest is for bursts, and for a node that died",
  socketsPerNode: "connected people for a node: twice what was measured",
  announcementsPerCall: "announcements of a call to all nodes: two to four",
  announcementCpuUs:
    "CPU µs for a node that hears an announcement: half of what a delivery was measured to take at both ends",
  messageCostInCalls:
    "what a message costs nodes and database as a part of a call: one transaction of seven",
  eurosPerTerabyteOut: "euros for a terabyte that goes out; what comes in is free with most",
  eurosPerCoreAndMonth: "euros for a core with its memory, a month",
};

/** How sound and pictures are sent: 0064 of the decisions, and what a camera may send. */
export const media = {
  soundPacketsPerSecond: 50,
  /** Opus at 32 kbit/s (80), RTP (12), its tag (16), ChannelData (4), UDP (8), IPv4 (20). */
  soundBytes: 140,
  pictureBitsPerSecond: 1_500_000,
  pictureBytes: 1_100,
} as const;
