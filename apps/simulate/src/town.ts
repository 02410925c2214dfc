import { randomBytes } from "node:crypto";
import { ApiError } from "@ringfence/client";
import type { Dice } from "./dice.ts";
import type { Door } from "./door.ts";
import { SimulationError } from "./errors.ts";
import { simulationLimits } from "./limits.ts";
import { type Listener, Person } from "./person.ts";
import type { Tally } from "./tally.ts";

interface TownParts {
  readonly door: Door;
  readonly code: string;
  readonly dice: Dice;
  readonly tally: Tally;
  readonly listener: Listener;
  /** The token with which the first of them comes in; the others are invited by those who are there. */
  readonly invitation: string | undefined;
}

/** All people of a simulation, who know each other as people do. */
export class Town {
  readonly people: readonly Person[];
  readonly #parts: TownParts;

  constructor(count: number, parts: TownParts) {
    this.#parts = parts;
    // So that two simulations, or what one left and the next, are not in each other's way.
    const run = randomBytes(3).toString("hex");
    this.people = Array.from({ length: count }, (_, index) => {
      return new Person(`${handlePrefix}${run}_${index}`, index, parts);
    });
  }

  get connected(): number {
    return this.people.filter(({ client }) => client.connection.get() === "online").length;
  }

  get accounts(): number {
    return this.people.filter(({ hasAccount }) => hasAccount).length;
  }

  /**
   * Everybody signs up: the first as whoever comes to this server, all others by an invitation of one
   * who is there, which makes the two friends. Then each finds more.
   *
   * @throws SimulationError `no-people` where the first cannot
   */
  async gather(signal: AbortSignal): Promise<void> {
    const [founder] = this.people;
    if (founder === undefined) return;
    try {
      await founder.signUp(this.#parts.invitation, signal);
      await founder.client.callSettings.change({ calling: "on", audiences: ["mutuals"] });
    } catch (error) {
      if (signal.aborted) return;
      throw new SimulationError(
        "no-people",
        `Nobody could sign up: ${error instanceof Error ? error.message : String(error)} Where the server takes people by invitation, make one with \`ringfence invite\` and pass it by --invitation.`,
        { cause: error },
      );
    }
    const here = new Map(this.people.map((person) => [person, Promise.withResolvers<boolean>()]));
    here.get(founder)?.resolve(true);
    const others = this.people.slice(1).map((person, index) => ({ person, index }));
    await inTurns(others, simulationLimits.signUpsAtOnceMax, async ({ person, index }) => {
      const host = this.people[Math.floor(index / simulationLimits.inviteesMax)] ?? founder;
      const isThere = !signal.aborted && (await here.get(host)?.promise) === true;
      const hasCome = isThere && (await this.#invite(host, person, signal));
      here.get(person)?.resolve(hasCome);
    });
    const settled = this.people.filter(({ hasAccount }) => hasAccount);
    await inTurns(settled, simulationLimits.signUpsAtOnceMax, async (person) => {
      if (!signal.aborted) await this.#findFriends(person, settled);
    });
  }

  /** @returns how many accounts could not be removed */
  async remove(): Promise<number> {
    const left = this.people.filter(({ hasAccount }) => hasAccount);
    await inTurns(left, simulationLimits.signUpsAtOnceMax, async (person) => {
      await person.removeAccount().catch((error: unknown) => {
        this.#parts.tally.fault(`remove-${wordFor(error)}`);
      });
    });
    for (const person of this.people) person[Symbol.dispose]();
    return this.accounts;
  }

  async #invite(host: Person, guest: Person, signal: AbortSignal): Promise<boolean> {
    try {
      const { link } = await host.client.invitations.create();
      const token = link.slice(link.indexOf("#") + 1);
      await guest.signUp(token, signal);
      // The founder does not: whoever invited that one from outside is no friend of made-up people.
      await guest.client.invitations.agree(token);
      await this.#trustEachOther(host, guest);
      return true;
    } catch (error) {
      if (!signal.aborted) this.#parts.tally.fault(`sign-up-${wordFor(error)}`);
      return false;
    }
  }

  async #findFriends(person: Person, among: readonly Person[]): Promise<void> {
    const { friendsMax, furtherFriends } = simulationLimits;
    for (let tries = 0; tries < furtherFriends; tries++) {
      const other = this.#parts.dice.pick(among);
      const isNew = other !== undefined && other !== person && !person.friends.has(other);
      if (!isNew || person.friends.size >= friendsMax || other.friends.size >= friendsMax) continue;
      try {
        await person.client.people.follow(other.handle);
        await other.client.people.follow(person.handle);
        // Each has entered the conversation by writing in it.
        person.client.conversations.send(other.handle, "We could call each other.");
        other.client.conversations.send(person.handle, "Yes, any time.");
        await this.#trustEachOther(person, other);
      } catch (error) {
        this.#parts.tally.fault(`befriend-${wordFor(error)}`);
      }
    }
  }

  /** As often as the simulation likes, and not six times an hour. */
  async #trustEachOther(one: Person, other: Person): Promise<void> {
    await one.client.grants.give(other.handle, "always");
    await other.client.grants.give(one.handle, "always");
    one.friends.add(other);
    other.friends.add(one);
  }
}

/** Nobody else's handle begins so, unless they want to be taken for simulated. */
const handlePrefix = "sim_";

/** So many at a time. */
export async function inTurns<T>(
  all: readonly T[],
  atOnceMax: number,
  act: (one: T) => Promise<void>,
): Promise<void> {
  const left = [...all].toReversed();
  const work = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) await act(next);
  };
  await Promise.all(Array.from({ length: atOnceMax }, work));
}

function wordFor(error: unknown): string {
  if (error instanceof ApiError) return error.code;
  return error instanceof Error && /^[a-z-]+$/.test(error.message) ? error.message : "failed";
}
