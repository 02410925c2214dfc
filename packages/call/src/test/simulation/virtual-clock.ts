interface Appointment {
  at: number;
  order: number;
  act: () => void;
}

/** The one clock of a simulation: whatever happens is an appointment with it. */
export class VirtualClock {
  now: number;
  #kept = 0;
  #made = 0;
  readonly #appointments: Appointment[] = [];

  constructor(now: number) {
    this.now = now;
  }

  after(delayMs: number, act: () => void): void {
    const appointment = { at: this.now + Math.max(0, delayMs), order: this.#made++, act };
    const later = this.#appointments.findLastIndex((other) => other.at <= appointment.at);
    this.#appointments.splice(later + 1, 0, appointment);
  }

  /**
   * Keeps every appointment up to a time, in the order of time, then of making. False when there
   * were more than it may keep.
   */
  runUntil(end: number, appointmentsMax: number): boolean {
    for (let next = this.#appointments[0]; next !== undefined && next.at <= end;) {
      if (this.#kept >= appointmentsMax) return false;
      this.#appointments.shift();
      this.now = next.at;
      this.#kept += 1;
      next.act();
      next = this.#appointments[0];
    }
    this.now = end;
    return true;
  }
}
