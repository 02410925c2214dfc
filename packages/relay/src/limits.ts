/**
 * Every size, count, rate and wait of the relay, unit last. A running relay is given one value of
 * this type, so that a benchmark can lift what a community needs.
 */
export interface RelayLimits {
  /** How far ahead the expiry in a credential may lie. Ten minutes, and room for clocks that differ. */
  readonly credentialAheadMsMax: number;
  /** RFC 8656 §7.2: the lifetime when the client asks for none or for less. */
  readonly allocationLifetimeMs: number;
  readonly allocationLifetimeMsMax: number;
  /** However often it is refreshed, an allocation and a call end after this. */
  readonly callMsMax: number;
  /** RFC 8656 §12: a channel binding lasts 10 minutes unless refreshed. */
  readonly channelLifetimeMs: number;
  readonly channelsPerAllocationMax: number;
  /** RFC 8489 §9.2: how long a nonce is good for. */
  readonly nonceLifetimeMs: number;

  /**
   * Allocations of one party of one call: a few devices, each with a few networks and transports,
   * and the same again during an ICE restart. A call has two parties, so this bounds the call too;
   * one count for both would tell the caller how many the callee has. Beyond it, a device in a call
   * gives up what it refreshed least lately.
   */
  readonly allocationsPerPartyMax: number;
  readonly allocationsPerSourceMax: number;
  readonly allocationsMax: number;

  /**
   * What one party of a call may send on, over however many allocations: video of 1080 lines and a
   * shared screen beside it, several times over. A browser that probes for more bandwidth loses a few
   * packets here and settles below.
   */
  readonly packetsPerPartyPerSecond: number;
  readonly bitsPerPartyPerSecond: number;
  /** What all of them together may. */
  readonly packetsPerSecondMax: number;
  readonly bitsPerSecondMax: number;
  /** After a pause, so much may be sent at once as otherwise in this time. */
  readonly quotaBurstMs: number;

  /**
   * Requests about one allocation, whose client signed them: a permission and a channel for each of
   * the other's addresses at once, and then hardly any. They are more work than packets.
   */
  readonly requestsPerAllocationPerSecond: number;
  readonly requestsPerAllocationBurst: number;

  /** Requests that nobody has vouched for yet, per source address (IPv6: per /64). */
  readonly strangerRequestsPerSourcePerSecond: number;
  readonly strangerRequestsPerSourceBurst: number;
  readonly strangerRequestsPerSecond: number;
  readonly strangerRequestsBurst: number;

  readonly connectionsPerSourceMax: number;
  readonly connectionsMax: number;
  /** A connection without an allocation for this long is closed. */
  readonly connectionIdleMs: number;
  /** A STUN message or ChannelData over a stream. Media is smaller than a datagram of any network. */
  readonly streamFrameBytesMax: number;
  /** What may wait for a client that does not read; the rest is dropped, late media is worthless. */
  readonly streamBacklogBytesMax: number;
}

export const relayLimits: RelayLimits = {
  credentialAheadMsMax: 15 * 60_000,
  allocationLifetimeMs: 10 * 60_000,
  allocationLifetimeMsMax: 60 * 60_000,
  callMsMax: 12 * 60 * 60_000,
  channelLifetimeMs: 10 * 60_000,
  channelsPerAllocationMax: 64,
  nonceLifetimeMs: 60 * 60_000,

  allocationsPerPartyMax: 48,
  allocationsPerSourceMax: 512,
  allocationsMax: 20_000,

  packetsPerPartyPerSecond: 5_000,
  bitsPerPartyPerSecond: 50_000_000,
  packetsPerSecondMax: 500_000,
  bitsPerSecondMax: 5_000_000_000,
  quotaBurstMs: 500,

  requestsPerAllocationPerSecond: 20,
  requestsPerAllocationBurst: 100,

  strangerRequestsPerSourcePerSecond: 50,
  strangerRequestsPerSourceBurst: 200,
  strangerRequestsPerSecond: 5_000,
  strangerRequestsBurst: 10_000,

  connectionsPerSourceMax: 256,
  connectionsMax: 10_000,
  connectionIdleMs: 10_000,
  streamFrameBytesMax: 8_192,
  streamBacklogBytesMax: 131_072,
};

/**
 * A relay alone serves whoever holds its secret, to be measured: one generator on one address is
 * then as many clients as it likes, with credentials as long-lived as other servers take.
 */
export const aloneLimits: RelayLimits = {
  ...relayLimits,
  credentialAheadMsMax: 24 * 60 * 60_000,
  allocationsPerSourceMax: 20_000,
  packetsPerPartyPerSecond: 1e9,
  bitsPerPartyPerSecond: 1e12,
  packetsPerSecondMax: 1e9,
  bitsPerSecondMax: 1e12,
  requestsPerAllocationPerSecond: 1e6,
  requestsPerAllocationBurst: 1e6,
  strangerRequestsPerSourcePerSecond: 5_000,
  strangerRequestsPerSourceBurst: 10_000,
  connectionsPerSourceMax: 10_000,
};

/** Waits and sizes of the control connection and of the sockets, the same on every relay. */
export const shellLimits = {
  controlHandshakeMs: 5_000,
  controlHeartbeatMs: 500,
  /** A peer that was silent for this long is gone. */
  controlSilenceMs: 6_000,
  /** The same for a relay that has registered: its calls are to move before people give up. */
  controlRelaySilenceMs: 2_000,
  controlRetryMsMin: 100,
  controlRetryMsMax: 500,
  /** So long an application waits for a relay to say who it is. One of before never does. */
  controlRegisterMs: 500,
  /** How often a relay asks for the list of its calls again: an end may not have reached it. */
  controlListMs: 300_000,
  relayUrlsMax: 16,
  relayUrlCharactersMax: 300,
  relayGroupCharactersMax: 64,
  /** So many attempts may fail before the log says so. */
  controlAttemptsQuietMax: 5,
  /** How often a relay tells its figures. */
  controlReportMs: 5_000,
  /** How often a relay asks the system what its sockets had no room for. */
  socketDropsMs: 2_500,
  /** How long the application waits for relays to say that they know. */
  controlAcknowledgeMs: 1_000,
  /** A full list of live calls: about eighty thousand of them. */
  controlFrameBytesMax: 8_388_608,
  addressRescanMs: 15_000,
  sweepMs: 1_000,
  /** Clients of one UDP socket, strangers too, whose five-tuple the portable data path keeps at hand. */
  knownClientsMax: 4_096,
  /** Of each UDP socket and direction: a burst waits in it. A system may allow less. */
  udpBufferBytes: 4_194_304,
  /** Local addresses that the batched data path listens on; what is beyond is left out. */
  localAddressesMax: 128,
  /** Memory that the batched data path shares with the kernel; little of it is ever touched. */
  arenaBytes: 8_388_608,
  /** Packets that the batched data path takes at once. */
  batchPackets: 64,
  /** While packets come fast, it waits until so many should be there, but never longer than that. */
  gatheredPackets: 24,
  gatherUsMax: 700,
  /** In how much time it measures how fast they come. */
  packetRateMs: 10,
  /** Routes that it keeps: a power of two, a few times what that many calls use. */
  routesMax: 65_536,
  /** Frames of streams on their way between its threads, in each direction: a power of two. */
  frameRingBytes: 524_288,
  /** What one stream may have on its way to the thread that moves packets; the rest waits in it. */
  streamShareBytes: 65_536,
  /** What all streams together may that have allocated nothing yet. */
  strangerShareBytes: 16_384,
  /** After how long the frames of a stream that had to wait are offered again. */
  streamRetryMs: 2,
  /** For how long frames are given to streams before anything else has its turn. */
  deliverMsMax: 1,
  bridgePreambleBytesMax: 512,
  /** How long a relay that is asked for a sign of life may take, and how often it is asked over UDP. */
  probeTimeoutMs: 4_000,
  probeRetryMs: 500,
} as const;
