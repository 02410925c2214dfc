import { type Assumptions, media } from "./assumptions.ts";
import type { Costs } from "./costs.ts";

/** What so many accounts come to in their busiest hour, and what it takes. */
export interface Plan {
  readonly accounts: number;
  readonly callsPerSecond: number;
  readonly messagesPerSecond: number;
  readonly liveCalls: number;
  readonly sockets: number;
  /** In and out alike. */
  readonly relayGbitPerSecond: number;
  /** CPU of a core that one box with its file needs for calls, messages and connected people; over 1 it cannot. */
  readonly boxCores: number;
  readonly nodes: number;
  readonly nodeMemoryMiB: number;
  readonly databaseCores: number;
  readonly transactionsPerSecond: number;
  readonly logBytesPerSecond: number;
  readonly databaseBytes: number;
  /** Of each node's core, to hear of the calls of all others. */
  readonly announcementShare: number;
  readonly announcementsCarriedPerSecond: number;
  /** Processes, each with the work of `coreShareUsed` of a core. */
  readonly relays: number;
  readonly monthlyTerabytesOut: number;
  readonly monthlyEuros: { readonly traffic: number; readonly cores: number };
}

const hourSeconds = 3_600;
const monthDays = 30;
const yearDays = 365;

export function planFor(accounts: number, a: Assumptions, costs: Costs): Plan {
  const peak = (perDay: number) => (accounts * perDay * a.busyHourShare) / hourSeconds;
  const callsPerSecond = peak(a.callsPerAccountAndDay);
  const messagesPerSecond = peak(a.messagesPerAccountAndDay);
  const liveCalls = callsPerSecond * a.answeredShare * a.talkSeconds;
  const sockets = accounts * a.connectedShare;
  const work = callsPerSecond + messagesPerSecond * a.messageCostInCalls;
  const idleCores = sockets * costs.nodeCpuPerPersonAndSecond;
  const nodeCores = work * costs.nodeCpuPerCall + idleCores;
  const nodes = Math.max(
    1,
    Math.ceil(nodeCores / a.coreShareUsed),
    Math.ceil(sockets / a.socketsPerNode),
  );
  const databaseCores = work * costs.databaseCpuPerCall;
  const announcements = nodes === 1 ? 0 : callsPerSecond * a.announcementsPerCall;
  const relayed = liveCalls * a.relayedShare;
  const relays = Math.max(1, Math.ceil((relayed * relayCpuOf(a, costs)) / a.coreShareUsed));
  const monthlyTalkSeconds =
    accounts * a.callsPerAccountAndDay * monthDays * a.answeredShare * a.talkSeconds;
  const monthlyTerabytesOut = (monthlyTalkSeconds * a.relayedShare * bitsPerSecondOf(a)) / 8 / 1e12;
  const cores = nodes + relays + (databaseCores + work * costs.busCpuPerCall) / a.coreShareUsed;
  return {
    accounts,
    callsPerSecond,
    messagesPerSecond,
    liveCalls,
    sockets,
    relayGbitPerSecond: (relayed * bitsPerSecondOf(a)) / 1e9,
    boxCores: work * costs.boxCpuPerCall + idleCores,
    nodes,
    nodeMemoryMiB: (sockets / nodes) * costs.memoryMiBPerPerson,
    databaseCores,
    transactionsPerSecond: work * costs.transactionsPerCall,
    logBytesPerSecond: work * costs.logBytesPerCall,
    databaseBytes: accounts * bytesPerAccount(a, costs),
    announcementShare: (announcements * a.announcementCpuUs) / 1e6,
    announcementsCarriedPerSecond: announcements * (nodes - 1),
    relays,
    monthlyTerabytesOut,
    monthlyEuros: {
      traffic: monthlyTerabytesOut * a.eurosPerTerabyteOut,
      cores: cores * a.eurosPerCoreAndMonth,
    },
  };
}

/** What a relay sends for a call of the average, both ways together. It receives as much. */
export function bitsPerSecondOf({ videoShare }: Assumptions): number {
  const sound = media.soundPacketsPerSecond * media.soundBytes * 8;
  return 2 * (sound + videoShare * media.pictureBitsPerSecond);
}

/** Of a core, for a call of the average. */
function relayCpuOf({ videoShare }: Assumptions, { relayCpuUs }: Costs): number {
  const pictures = media.pictureBitsPerSecond / 8 / media.pictureBytes;
  const sound = media.soundPacketsPerSecond * relayCpuUs.sound;
  return (2 * (sound + videoShare * pictures * relayCpuUs.picture)) / 1e6;
}

/** A friendship is of two. */
function bytesPerAccount(a: Assumptions, { bytesPer }: Costs): number {
  return (
    bytesPer.account +
    (a.friendsPerAccount / 2) * bytesPer.friendship +
    a.messagesPerAccountAndDay * yearDays * a.messageYearsKept * bytesPer.message +
    a.callsPerAccountAndDay * a.callRecordDays * bytesPer.call
  );
}
