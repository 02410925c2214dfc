/** What is read of an entry (W3C webrtc-stats); each kind of entry has some of it. */
interface Stats {
  type: string;
  packetsReceived?: number;
  bytesReceived?: number;
}

/**
 * A number that changes when anything came from the other side: packets of sound and pictures, and what
 * else came by a pair of candidates, without its checks. It counts nothing: a browser forgets pairs.
 */
export function countArrivals(report: Iterable<[string, unknown]>): number {
  let arrivals = 0;
  for (const [, entry] of report) {
    const { type, packetsReceived = 0, bytesReceived = 0 } = entry as Stats;
    if (type === "inbound-rtp") arrivals += packetsReceived;
    if (type === "candidate-pair") arrivals += bytesReceived;
  }
  return arrivals;
}
