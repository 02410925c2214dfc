import { AsyncLocalStorage } from "node:async_hooks";
import type { SimulatedConnection } from "./simulated-connection.ts";
import { type IceWords, readDescription } from "./simulated-description.ts";

/**
 * What carries packets between simulated connections: two find each other by their ICE words, and agree
 * on keys where each holds the certificate that the other was told of.
 */
export class Ether {
  readonly connections: SimulatedConnection[] = [];
  /** Whose page is making a connection. */
  readonly maker = new AsyncLocalStorage<SimulatedConnection[]>();
  readonly #heardIce = new WeakMap<SimulatedConnection, string>();
  readonly #gathered = new Set<string>();
  readonly #dead = new Set<string>();
  #number = 0;

  nextNumber(): number {
    this.#number += 1;
    return this.#number;
  }

  makeIce(): IceWords {
    const number = String(this.nextNumber()).padStart(6, "0");
    return { ufrag: `u${number}`, pwd: `p${number}${"x".repeat(20)}` };
  }

  portOf({ ufrag }: IceWords): number {
    return 20_000 + (Number(ufrag.slice(1)) % 10_000) * 2;
  }

  /** Those of a description that one of these connections wrote. */
  iceIn(description: string): IceWords | undefined {
    return readDescription(description)?.ice;
  }

  /** Whether candidates are looked for: once for each pair of words. */
  gathersFor({ ufrag }: IceWords): boolean {
    if (this.#gathered.has(ufrag)) return false;
    this.#gathered.add(ufrag);
    return true;
  }

  /** Whether an offer begins ICE again (RFC 8839 §4.4.1.1.1), and so does its answer. */
  isOtherIce(connection: SimulatedConnection, offer: string): boolean {
    const ufrag = readDescription(offer)?.ice.ufrag ?? "";
    const before = this.#heardIce.get(connection);
    this.#heardIce.set(connection, ufrag);
    return before !== undefined && before !== ufrag;
  }

  /** Joins and parts, as it follows from what everybody was told. */
  look(): void {
    for (const one of this.connections) {
      if (one.signalingState === "closed") this.#part(one);
    }
    for (const [index, one] of this.connections.entries()) {
      for (const other of this.connections.slice(index + 1)) this.#tryToJoin(one, other);
    }
  }

  /** The words that a connection has now lead nowhere any more. */
  forget(connection: SimulatedConnection): void {
    const words = readDescription(connection.localDescription?.sdp ?? "")?.ice.ufrag;
    if (words !== undefined) this.#dead.add(words);
  }

  /** Packets come, where somebody sends them. */
  flow(to: SimulatedConnection): void {
    const from = to.peer;
    if (from === null || from.peer !== to || to.connectionState !== "connected") return;
    to.bytesReceived += 1;
    if (from.sendsSound) to.packetsReceived += 50;
  }

  #tryToJoin(one: SimulatedConnection, other: SimulatedConnection): void {
    if (one.signalingState !== "stable" || other.signalingState !== "stable") return;
    if (!this.#reaches(one, other) || !this.#reaches(other, one)) return;
    const isAgreed = this.#believes(one, other) && this.#believes(other, one);
    if (isAgreed && one.peer === other && other.peer === one) return;
    for (const [end, peer] of [
      [one, other],
      [other, one],
    ] as const) {
      if (isAgreed) end.meet(peer, "connected");
      else if (end.connectionState !== "failed") end.meet(null, "failed");
    }
  }

  #part(one: SimulatedConnection): void {
    const { peer } = one;
    one.peer = null;
    if (peer?.peer === one) peer.meet(null, "disconnected");
  }

  #reaches(one: SimulatedConnection, other: SimulatedConnection): boolean {
    const told = readDescription(one.remoteDescription?.sdp ?? "")?.ice;
    const own = readDescription(other.localDescription?.sdp ?? "")?.ice;
    if (told === undefined || own === undefined || one.candidatesGiven.length === 0) return false;
    if (this.#dead.has(own.ufrag)) return false;
    return told.ufrag === own.ufrag && told.pwd === own.pwd;
  }

  #believes(one: SimulatedConnection, other: SimulatedConnection): boolean {
    const told = readDescription(one.remoteDescription?.sdp ?? "");
    return told?.fingerprint === other.certificate.fingerprint;
  }
}
