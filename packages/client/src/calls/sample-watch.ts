import { clientLimits } from "../limits.ts";
import type { Peer } from "../media/peer.ts";
import type { CallEvidence } from "./call-evidence.ts";

/** Looks at the connection of a call now and then, for its receipt: often enough to see each way it took. */
export class SampleWatch {
  readonly #peer: Pick<Peer, "sample">;
  readonly #evidence: Pick<CallEvidence, "addSample">;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(peer: Pick<Peer, "sample">, evidence: Pick<CallEvidence, "addSample">) {
    this.#peer = peer;
    this.#evidence = evidence;
  }

  /** Whether media arrives: from then on, until the call is over. */
  setMedia(isUp: boolean): void {
    if (!isUp) return;
    this.look();
    this.#timer ??= setInterval(() => this.look(), clientLimits.receiptSampleMs);
  }

  /** Now, such as when the way has changed. */
  look(): void {
    this.#evidence.addSample(this.#peer.sample());
  }

  /** A last look, while the connection is still there. */
  close(): void {
    if (this.#timer !== undefined) this.look();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
