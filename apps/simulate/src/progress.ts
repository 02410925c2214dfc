import { simulationLimits } from "./limits.ts";
import type { Stage } from "./simulation.ts";
import type { Tally } from "./tally.ts";
import type { Town } from "./town.ts";
import type { Traffic } from "./traffic.ts";

/** A line now and then of how it stands, until disposed: each second where a person looks on. */
export class Progress implements Disposable {
  readonly #tally: Tally;
  readonly #output: NodeJS.WriteStream;
  readonly #timer: ReturnType<typeof setInterval>;
  #draw: () => string = () => "";

  constructor(tally: Tally, output: NodeJS.WriteStream) {
    this.#tally = tally;
    this.#output = output;
    const { progressOnTerminalMs, progressElsewhereMs } = simulationLimits;
    this.#timer = setInterval(
      () => this.#say(),
      output.isTTY ? progressOnTerminalMs : progressElsewhereMs,
    );
  }

  watch(stage: Stage, town: Town, traffic: Traffic): void {
    const { people } = town;
    const tally = this.#tally;
    this.#draw = () =>
      [
        stage,
        `${town.accounts} of ${people.length} people, ${town.connected} connected`,
        `${traffic.callsNow} calls now, ${tally.callsBegun} begun, ${tally.callsFailed} failed`,
        `${tally.messagesDelivered} messages`,
        `${tally.faultCount} errors`,
      ].join(" · ");
    this.#say();
  }

  #say(): void {
    const line = this.#draw();
    if (line !== "") this.#output.write(`${line}\n`);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
