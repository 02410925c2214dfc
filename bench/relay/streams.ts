import { setTimeout as delay } from "node:timers/promises";
import { tcpWire, udpWire, type Wire } from "../../packages/relay/src/test-client/wire.ts";
import { quantile, rounded } from "../statistics.ts";
import { type BackgroundName, backgroundNames, doBeside } from "./background.ts";
import type { Bench } from "./bench.ts";
import { bindCall, numberedPacket, numberIn } from "./call-clients.ts";
import { type Rounds, runRounds } from "./rounds.ts";
import type { TurnServer } from "./turn-server.ts";
import { untilAll } from "./until-all.ts";

const packetMs = 20;
const roundsMax = 3;

/** One direction of a call. */
export interface DirectionFigures {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly lost: number;
}

/** A call of which one client is connected over TCP and the other over UDP. */
export interface StreamFigures {
  readonly beside: BackgroundName;
  readonly tcpToUdp: DirectionFigures;
  readonly udpToTcp: DirectionFigures;
  /** What the other calls made of the server. */
  readonly serverCpuPercent: number;
}

export function measureStreams(bench: Bench): Promise<Rounds<StreamFigures[]>> {
  let calls = 0;
  const rounds = Math.min(bench.scale.rounds, roundsMax);
  return runRounds(bench, rounds, async (name) => {
    const server = await bench.fleet.get(name, bench);
    const figures: StreamFigures[] = [];
    for (const beside of backgroundNames) {
      const callName = `stream-${++calls}`;
      const seconds = (bench.scale.streamPackets * packetMs) / 1_000;
      const options = { beside, seconds, callName: `${callName}-beside` };
      const { result, serverCpuPercent } = await doBeside(bench, server, options, () =>
        exchange(bench, server, callName),
      );
      figures.push({ beside, ...result, serverCpuPercent });
    }
    return figures;
  });
}

async function exchange(bench: Bench, server: TurnServer, callId: string) {
  await using tcp = await tcpWire(server.address, server.port);
  await using udp = await udpWire(server.address, server.port);
  await bindCall(callId, tcp, udp);
  const [tcpToUdp, udpToTcp] = await untilAll([
    timePackets(bench, tcp, udp),
    // Half a packet later, so that neither waits for the other.
    delay(packetMs / 2).then(() => timePackets(bench, udp, tcp)),
  ]);
  return { tcpToUdp, udpToTcp };
}

/** Sends like a call does and looks when each packet comes. */
async function timePackets(bench: Bench, from: Wire, to: Wire): Promise<DirectionFigures> {
  const count = bench.scale.streamPackets;
  const sentAt: number[] = [];
  const tookUs: number[] = [];
  const sending = setInterval(() => {
    sentAt.push(performance.now());
    from.send(numberedPacket(sentAt.length - 1));
    if (sentAt.length === count) clearInterval(sending);
  }, packetMs);
  try {
    while (tookUs.length < count) {
      // Nothing for seconds: what is missing was lost.
      const packet = await to.next().catch(() => undefined);
      const now = performance.now();
      if (packet === undefined) break;
      const sent = sentAt[numberIn(packet) ?? -1];
      if (sent !== undefined) tookUs.push((now - sent) * 1_000);
    }
  } finally {
    clearInterval(sending);
  }
  if (tookUs.length === 0) throw new Error("Nothing passed between a TCP and a UDP client.");
  const sorted = tookUs.toSorted((a, b) => a - b);
  return {
    p50Us: rounded(quantile(sorted, 0.5), 0),
    p99Us: rounded(quantile(sorted, 0.99), 0),
    lost: count - tookUs.length,
  };
}
