import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { callByAudio } from "../../tests/browser/calling-device.ts";
import { type PeopleIn, twoPeopleInLaboratory } from "../../tests/browser/people-at-home.ts";
import type { Laboratory } from "../../tests/network/laboratory.ts";
import { type Fault, type FaultName, faults } from "./faults.ts";
import { Listener, now } from "./listener.ts";
import { type Look, backAfter, longestGap, steadyMs } from "./sound.ts";

const oneWayMs = 50;
/** Ends when a server can be used. */
const readyProbe = fileURLToPath(import.meta.resolve("../../tests/browser/wait-until-ready.ts"));
const everyMs = 250;
/** A call that is lost for so long has ended. */
const giveUpMs = 62_000;
/** After what nobody should notice it is listened on for so long. */
const listenMs = 4_000;

export type Side = "caller" | "callee";

/** In milliseconds what `Fault.measure` says; null where sound did not come back. */
export interface Figures {
  /** At the side whose link it was; where it was nobody's, at the caller. */
  readonly near: number | null;
  readonly far: number | null;
}

export interface Round {
  readonly fault: FaultName;
  readonly round: number;
  readonly nearSide: Side;
}

/** Two people of whom Alice calls Bob, again and again. */
export class Couple implements AsyncDisposable {
  readonly #people: PeopleIn<Laboratory>;
  readonly #listeners: Readonly<Record<Side, Listener>>;

  private constructor(people: PeopleIn<Laboratory>, listeners: Record<Side, Listener>) {
    this.#people = people;
    this.#listeners = listeners;
  }

  static async meet(): Promise<Couple> {
    await using opened = new AsyncDisposableStack();
    const people = opened.use(await twoPeopleInLaboratory({ oneWayMs }));
    const { alice, bob } = people;
    for (const [one, { handle }] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      // Without a right of their own nobody may ring as often as we do.
      await one.ask("PUT", `/api/people/${handle}/grant`, { choice: "always" });
    }
    const listeners = { caller: await Listener.at(alice), callee: await Listener.at(bob) };
    opened.move();
    return new Couple(people, listeners);
  }

  /** One call, one fault. @throws where there is no call to begin with */
  async measure({ fault: name, nearSide }: Round): Promise<Figures> {
    const { alice, bob, net } = this.#people;
    const fault: Fault = faults[name];
    await this.#untilServed();
    await Promise.all([
      alice.open(`/messages/@${bob.handle}`),
      bob.open(`/messages/@${alice.handle}`),
    ]);
    await callByAudio(alice, bob);
    await this.#untilSteady();
    const near = nearSide === "caller" ? net.alice : net.bob;
    const since = await fault.inflict({ people: this.#people, near });
    const figures =
      fault.measure === "gap" ? await this.#longestGaps(since) : await this.#untilBack(since);
    await this.#hangUp();
    const { caller, callee } = figures;
    return nearSide === "caller" ? { near: caller, far: callee } : { near: callee, far: caller };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#people[Symbol.asyncDispose]();
  }

  /** The round before may have killed the application. */
  async #untilServed(): Promise<void> {
    const { net, server } = this.#people;
    const probe = net.server.spawn(process.execPath, [readyProbe, server.origin], {
      stdio: "ignore",
      timeout: giveUpMs,
    });
    const [code] = await once(probe, "exit");
    if (code !== 0) throw new Error("The server did not come back.");
  }

  async #hangUp(): Promise<void> {
    const button = this.#people.alice.page.getByRole("button", { name: "Hang up" });
    // A call that did not outlive the fault has none.
    if (await button.isVisible()) await button.click();
  }

  /** Both have heard each other for a while. @throws where they do not come to */
  async #untilSteady(): Promise<void> {
    const giveUpAt = now() + giveUpMs;
    while (now() < giveUpAt) {
      await wait(everyMs);
      const { caller, callee } = await this.#listen(0, (looks) => {
        const [first, last] = [looks.at(0), looks.at(-1)];
        const isLong = first !== undefined && last !== undefined && last.at - first.at >= steadyMs;
        return isLong && backAfter(looks, 0) !== null;
      });
      if (caller && callee) return;
    }
    throw new Error("They do not hear each other.");
  }

  async #untilBack(since: number): Promise<Record<Side, number | null>> {
    for (;;) {
      await wait(everyMs);
      const back = await this.#listen(since, (looks) => backAfter(looks, since));
      const isBack = back.caller !== null && back.callee !== null;
      // What begins to be missed only after a moment is waited for.
      if ((isBack && now() > since + listenMs) || now() > since + giveUpMs) return back;
    }
  }

  async #longestGaps(since: number): Promise<Record<Side, number>> {
    await wait(listenMs);
    return this.#listen(since, (looks) => longestGap(looks, since));
  }

  async #listen<Value>(
    since: number,
    judge: (looks: readonly Look[]) => Value,
  ): Promise<Record<Side, Value>> {
    const { caller, callee } = this.#listeners;
    const looks = await Promise.all([caller.looksFrom(since), callee.looksFrom(since)]);
    return { caller: judge(looks[0]), callee: judge(looks[1]) };
  }
}
