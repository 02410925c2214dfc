import type { RelayCredential } from "@ringfence/protocol";
import { clientLimits } from "../limits.ts";
import { readMeasurement } from "../media/quality.ts";
import { openTone } from "./tone.ts";

/** What each end of a loop call is given to reach the relay, over one transport. */
export interface LoopEnds {
  caller: RelayCredential;
  callee: RelayCredential;
}

export type LoopOutcome =
  /** Round trip to the relay and back, and the share of the packets that did not come. */
  | { state: "works"; roundTripMs: number; loss: number }
  /** The relay did not answer, or refused. */
  | { state: "no-relay" }
  /** It answered, and sound or messages did not get through. */
  | { state: "no-media" };

/** Calls this page from this page through the relay. An abort ends it early, as `no-media`. */
export type MeasureLoop = (ends: LoopEnds, signal: AbortSignal) => Promise<LoopOutcome>;

type Pair = readonly [RTCPeerConnection, RTCPeerConnection];

/**
 * Two connections of this page that know no path but the relay. One sends a tone that nobody hears,
 * and numbered messages that are not sent twice: what comes of both is counted. Both ends are this page,
 * which hands the descriptions over by itself: there is nobody to trust, and nothing to sign.
 */
export const measureLoop: MeasureLoop = async ({ caller, callee }, signal) => {
  const pair = [connectionOver(caller), connectionOver(callee)] as const;
  const tone = openTone();
  const close = () => {
    for (const connection of pair) connection.close();
  };
  signal.addEventListener("abort", close);
  try {
    const probes = new Probes(pair, signal);
    pair[0].addTrack(tone.track, new MediaStream([tone.track]));
    const candidates = await connect(pair, probes.opened, signal);
    if (candidates === 0) return { state: "no-relay" };
    const { sent, tripsMs } = await probes.measure();
    const [, receiver] = pair;
    const sound = readMeasurement(await receiver.getStats());
    const isHeard = sound.audioPacketsReceived > 0 || !tone.isRunning();
    if (tripsMs.length === 0 || !isHeard) return { state: "no-media" };
    const lost = sent - tripsMs.length + Math.max(0, sound.audioPacketsLost);
    const all = sent + sound.audioPacketsReceived + Math.max(0, sound.audioPacketsLost);
    return { state: "works", roundTripMs: medianOf(tripsMs), loss: lost / all };
  } catch {
    // The connections were closed under it, or this browser cannot make them.
    return { state: "no-media" };
  } finally {
    signal.removeEventListener("abort", close);
    close();
    tone.close();
  }
};

function connectionOver({ urls, username, credential }: RelayCredential): RTCPeerConnection {
  return new RTCPeerConnection({
    iceServers: [{ urls, username, credential }],
    iceTransportPolicy: "relay",
    bundlePolicy: "max-bundle",
  });
}

/**
 * Lets the two find each other.
 *
 * @returns how many ways to the relay were found, when they did, cannot any more, or ran out of time
 */
async function connect(pair: Pair, opened: Promise<void>, signal: AbortSignal): Promise<number> {
  const [one, other] = pair;
  const described = Promise.withResolvers<void>();
  const hopeless = Promise.withResolvers<void>();
  let candidates = 0;
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate === null || candidate.candidate === "") return;
      candidates += 1;
      // One that this browser cannot use leaves the others.
      void described.promise.then(() => to.addIceCandidate(candidate)).catch(() => {});
    });
    from.addEventListener("icegatheringstatechange", () => {
      const isOver = pair.every(({ iceGatheringState }) => iceGatheringState === "complete");
      if (isOver && candidates === 0) hopeless.resolve();
    });
    from.addEventListener("connectionstatechange", () => {
      if (from.connectionState === "failed") hopeless.resolve();
    });
  }
  await one.setLocalDescription();
  await other.setRemoteDescription(descriptionOf(one));
  await other.setLocalDescription();
  await one.setRemoteDescription(descriptionOf(other));
  described.resolve();
  await Promise.race([opened, hopeless.promise, delay(clientLimits.loopConnectMs, signal)]);
  return candidates;
}

function descriptionOf({ localDescription }: RTCPeerConnection): RTCSessionDescriptionInit {
  if (localDescription === null) throw new Error("a connection has described nothing");
  return { type: localDescription.type, sdp: localDescription.sdp };
}

/**
 * Numbered messages from one to the other. Both clocks are one, so that the way there is measured:
 * from this page to the relay and back to this page.
 */
class Probes {
  readonly opened: Promise<void>;
  readonly #channel: RTCDataChannel;
  readonly #signal: AbortSignal;
  readonly #sentAtMs: number[] = [];
  readonly #tripsMs: number[] = [];

  constructor([one, other]: Pair, signal: AbortSignal) {
    this.#signal = signal;
    // Late is lost, as it is for sound.
    const options = { negotiated: true, id: 0, ordered: false, maxRetransmits: 0 };
    this.#channel = one.createDataChannel("loop", options);
    const channel = this.#channel;
    this.opened = new Promise((resolve) => channel.addEventListener("open", () => resolve()));
    other.createDataChannel("loop", options).addEventListener("message", ({ data }) => {
      const sentAtMs = this.#sentAtMs[Number(data)];
      if (sentAtMs !== undefined) this.#tripsMs.push(performance.now() - sentAtMs);
    });
  }

  async measure(): Promise<{ sent: number; tripsMs: readonly number[] }> {
    if (this.#channel.readyState === "open") {
      const { loopProbeEveryMs, loopMeasureMs, loopLastProbeMs } = clientLimits;
      const timer = setInterval(() => this.#send(), loopProbeEveryMs);
      await delay(loopMeasureMs, this.#signal);
      clearInterval(timer);
      await delay(loopLastProbeMs, this.#signal);
    }
    return { sent: this.#sentAtMs.length, tripsMs: this.#tripsMs };
  }

  #send(): void {
    if (this.#channel.readyState !== "open") return;
    const number = this.#sentAtMs.push(performance.now()) - 1;
    this.#channel.send(String(number));
  }
}

function medianOf(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
