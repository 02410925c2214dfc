import { DownFrame } from "@ringfence/protocol";

/** A message of either side, as whoever sits in the middle has it: anything at all may stand in it. */
export interface Said {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** What a server that cheats does with each message; what is left out it passes on as it is. */
export interface Tampering {
  /** @returns what the server hears in its place */
  up?: (said: Said, line: Line) => readonly Said[];
  /** @returns what the device hears in its place */
  down?: (told: Said, line: Line) => readonly Said[];
}

interface Ends {
  toServer(text: string): void;
  toDevice(text: string): void;
  cut(): void;
}

/** One device's connection, seen from the middle. */
export class Line {
  /** Whose device it is. */
  readonly who: string;
  /** What each end really said, in order. */
  readonly said: Said[] = [];
  readonly told: Said[] = [];
  readonly #ends: Ends;
  readonly #middle: Middle;

  constructor(who: string, ends: Ends, middle: Middle) {
    this.who = who;
    this.#ends = ends;
    this.#middle = middle;
  }

  /** Tells the device something in the server's name. */
  tell(message: Said): void {
    this.#middle.traffic += 1;
    // Never a gap in the count of deliveries: a server that cheats does not say so.
    this.#ends.toDevice(JSON.stringify({ sequence: 0, isDelivery: false, message }));
  }

  /** Says something to the server in the device's name. */
  say(message: Said): void {
    this.#middle.traffic += 1;
    this.#ends.toServer(JSON.stringify(message));
  }

  cut(): void {
    this.#ends.cut();
  }

  fromDevice(text: string): void {
    const said = JSON.parse(text) as Said;
    this.said.push(said);
    const { up } = this.#middle.tampering;
    for (const message of up?.(said, this) ?? [said]) this.say(message);
  }

  fromServer(text: string): void {
    const { message } = DownFrame.parse(JSON.parse(text)) as { message: Said };
    this.told.push(message);
    const { down } = this.#middle.tampering;
    for (const one of down?.(message, this) ?? [message]) this.tell(one);
  }
}

/**
 * A server that cheats: the real one, behind somebody who reads and rewrites all that goes through its
 * WebSockets. It stands between for as many devices as there are.
 */
export class Middle {
  tampering: Tampering = {};
  /** Of each person, the first one first. */
  readonly #lines = new Map<string, Line[]>();
  /** Counts what went through. */
  traffic = 0;

  open(who: string, ends: Ends): Line {
    const line = new Line(who, ends, this);
    this.#lines.set(who, [...this.#linesOf(who), line]);
    return line;
  }

  /** The latest connection of somebody. */
  line(who: string): Line {
    const line = this.#linesOf(who).at(-1);
    if (line === undefined) throw new Error(`${who} has no connection`);
    return line;
  }

  /** Ends every connection of somebody, whose page then opens another one. */
  cut(who: string): void {
    for (const line of this.#linesOf(who)) line.cut();
  }

  /** All that somebody's page has said, on whichever connection. */
  saidBy(who: string): Said[] {
    return this.#linesOf(who).flatMap(({ said }) => said);
  }

  #linesOf(who: string): Line[] {
    return this.#lines.get(who) ?? [];
  }
}
