/** How long and how much is measured. */
export interface Scale {
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** Offered packets per second of all clients together, in ascending order. */
  readonly sweepRates: readonly number[];
  readonly strangerRequests: number;
  readonly allocationCycles: number;
  /** How long a server is left alone before its memory is looked at for the last time. */
  readonly restMs: number;
  /** How long a quiet call lasts beside a flood, and how long before that the flood begins. */
  readonly quietCallSeconds: number;
  readonly floodLeadSeconds: number;
  /** For other calls to allocate, before something is measured beside them. */
  readonly settleMs: number;
  /** Packets in each direction between a stream client and a UDP client. */
  readonly streamPackets: number;
  readonly endedCalls: number;
  /** A generator that sends less than this part of what it was asked for measures itself. */
  readonly sentShareMin: number;
  /** A server that loses more cannot carry the rate; what a packet costs it then says nothing. */
  readonly sweepLossPercentMax: number;
  /** One server after the other, or all at once for figures that nobody reads. */
  readonly isOneByOne: boolean;
}

export const fullScale: Scale = {
  rounds: 5,
  warmUpSeconds: 2,
  seconds: 5,
  sweepRates: [1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 150_000, 200_000, 300_000],
  strangerRequests: 1_000_000,
  allocationCycles: 100_000,
  restMs: 10_000,
  quietCallSeconds: 8,
  floodLeadSeconds: 1,
  settleMs: 700,
  streamPackets: 500,
  endedCalls: 20,
  sentShareMin: 0.99,
  sweepLossPercentMax: 0.1,
  isOneByOne: true,
};

/** Enough to see that figures come out. They say nothing. */
export const quickScale: Scale = {
  rounds: 1,
  warmUpSeconds: 0.1,
  seconds: 0.3,
  sweepRates: [5_000],
  strangerRequests: 2_000,
  allocationCycles: 200,
  restMs: 100,
  quietCallSeconds: 0.4,
  floodLeadSeconds: 0.2,
  settleMs: 200,
  streamPackets: 10,
  endedCalls: 1,
  sentShareMin: 0,
  sweepLossPercentMax: 100,
  isOneByOne: false,
};
