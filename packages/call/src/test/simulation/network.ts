import type { RandomSource } from "./random-source.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export interface Weather {
  loss: number;
  duplication: number;
  /** Each message takes its own time up to this, so that messages overtake each other. */
  delayMaxMs: number;
}

/** Carries messages between devices and the server, worse than any WebSocket would. */
export class Network {
  readonly weather: Weather;
  readonly #random: RandomSource;
  readonly #clock: VirtualClock;

  constructor(weather: Weather, random: RandomSource, clock: VirtualClock) {
    this.weather = weather;
    this.#random = random;
    this.#clock = clock;
  }

  carry(deliver: () => void): void {
    if (this.#random.isTrue(this.weather.loss)) return;
    this.carrySurely(deliver);
    if (this.#random.isTrue(this.weather.duplication)) this.carrySurely(deliver);
  }

  /** For what its sender repeats until it is answered. It still may overtake and be overtaken. */
  carrySurely(deliver: () => void): void {
    this.#clock.after(this.#random.between(1, this.weather.delayMaxMs), deliver);
  }
}
