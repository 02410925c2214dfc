import type { Bench } from "./bench.ts";

/** What is measured, in the order of the tables. */
export const contenderNames = ["ringfence", "kamailio", "prosody", "peerserver"] as const;
export type ContenderName = (typeof contenderNames)[number];

/** A server in processes of its own that answers. Disposing it ends them. */
export interface Contender extends AsyncDisposable {
  readonly name: ContenderName;
  /** Its process, whose children count as its own. */
  readonly pid: number;
  /** Processes beside it that its work wakes, by name: told, and not counted. */
  readonly besides: Readonly<Record<string, number>>;
  /** Signs people in, each over a connection of their own, two and two who may call each other. */
  connectPairs(count: number): Promise<readonly Pair[]>;
  /** Opens connections of further people, who then say nothing. */
  connectIdle(count: number): Promise<void>;
}

/** Two people who call each other by turns, one call at a time. */
export interface Pair {
  /** Begins a call, which then goes through all that a call goes through by itself. */
  call(watch: CallWatch): void;
}

export interface CallWatch {
  /** The callee's device has the ring. */
  rang(): void;
  /** Both sides know that it is over, or it went wrong. */
  ended(failure?: string): void;
}

export type StartContender = (bench: Bench, people: People) => Promise<Contender>;

/** How many a server has to know. */
export interface People {
  readonly pairs: number;
  readonly idle: number;
}
