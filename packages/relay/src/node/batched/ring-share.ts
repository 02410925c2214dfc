import type { FrameRing } from "./frame-ring.ts";

/** A writer's part of a ring: so many bytes until what it wrote first of them is taken out. */
export class RingShare {
  readonly #ring: FrameRing;
  readonly #bytesMax: number;
  /** How much was written since `#since`, where the ring's count of bytes was then. */
  #used = 0;
  #since = 0;

  /** @param bytesMax at least the longest frame, of which one always passes */
  constructor(ring: FrameRing, bytesMax: number) {
    this.#ring = ring;
    this.#bytesMax = bytesMax;
  }

  /** Puts a frame into the ring. False where this share or the ring has no room for it now. */
  put(stream: number, frame: Uint8Array): boolean {
    if (this.#used > 0 && this.#ring.isTaken(this.#since)) this.#used = 0;
    if (this.#used > 0 && this.#used + frame.length > this.#bytesMax) return false;
    if (!this.#ring.put(stream, frame, 0, frame.length)) return false;
    if (this.#used === 0) this.#since = this.#ring.written();
    // Also empty frames take room there, and time.
    this.#used += frame.length + 8;
    return true;
  }
}
