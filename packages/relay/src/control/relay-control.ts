import type { WebSocket } from "ws";
import type { RelayLog } from "../log.ts";
import { addCounters, makeCounters } from "../turn/counters.ts";
import { controlKey } from "./control-handshake.ts";
import type { RelayFigures } from "./figures.ts";
import type { LiveCall } from "./live-call.ts";
import { RelayConnection, type Statement } from "./relay-connection.ts";

/** What the application's end of the control connections needs. */
export interface RelayControlOptions {
  /** RELAY_SECRET. */
  readonly secret: string;
  /** Every call that is ringing or connected; asked whenever a relay connects. */
  readonly liveCalls: () => readonly LiveCall[] | Promise<readonly LiveCall[]>;
  readonly log: RelayLog;
}

/**
 * The application's end of the control connections: it says which calls live and who is joined, to
 * every relay that connects and proves that it holds RELAY_SECRET. It knows no HTTP: the server
 * gives it the WebSockets.
 */
export class RelayControl implements AsyncDisposable {
  readonly #options: RelayControlOptions;
  readonly #key: Buffer;
  readonly #connections = new Set<RelayConnection>();
  /** What all relays have done since this was made, those that have gone included. */
  #counters = makeCounters();
  readonly #told = { live: 0, join: 0, direct: 0, end: 0, drain: 0 };
  /** Since a relay was last connected. */
  #hasWarned = false;

  constructor(options: RelayControlOptions) {
    this.#options = options;
    this.#key = controlKey(options.secret);
  }

  /** Takes over a WebSocket on which a relay is expected. To be called as soon as it is open. */
  accept(socket: WebSocket): void {
    const { liveCalls, log } = this.#options;
    let wasReady = false;
    const connection = new RelayConnection(socket, {
      key: this.#key,
      liveCalls,
      onReady: () => {
        wasReady = true;
        this.#hasWarned = false;
        log.info({ relays: this.#readyRelays().length }, "relay connected");
      },
      onFigures: ({ counters }) => {
        this.#counters = addCounters(this.#counters, counters);
      },
      onClose: (error) => {
        this.#connections.delete(connection);
        if (error !== undefined) log.error({ err: error }, "live calls could not be listed");
        if (wasReady) log.info({ relays: this.#readyRelays().length }, "relay disconnected");
        else this.#warnOnce();
      },
    });
    this.#connections.add(connection);
  }

  /** Anybody can open this WebSocket: strangers must not write the log, whoever set it up must. */
  #warnOnce(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.log.warn({}, "a peer was refused that does not prove to hold RELAY_SECRET");
  }

  /** How many relays have proved themselves, know the live calls and take new ones. */
  connectedRelays(): number {
    return this.#readyRelays().filter((relay) => !isDraining(relay)).length;
  }

  /** The figures of all connected relays together, as they reported them last. */
  figures(): FiguresOfAll {
    const all = [...this.#connections].flatMap((connection) => connection.figures() ?? []);
    const sumOf = (read: (figures: RelayFigures) => number): number =>
      all.reduce((sum, figures) => sum + read(figures), 0);
    return {
      relays: this.#readyRelays().length,
      told: { ...this.#told },
      isDraining: all.some((figures) => figures.isDraining),
      calls: sumOf(({ calls }) => calls),
      allocations: {
        udp: sumOf(({ allocations }) => allocations.udp),
        tcp: sumOf(({ allocations }) => allocations.tcp),
      },
      connections: sumOf(({ connections }) => connections),
      process: {
        cpuSeconds: sumOf(({ process }) => process.cpuSeconds),
        residentBytes: sumOf(({ process }) => process.residentBytes),
      },
      counters: this.#counters,
    };
  }

  /**
   * A call became live. Credentials of it are to be handed out after this.
   *
   * @returns whether every connected relay that takes new calls, and at least one, acts by it;
   *   within a second
   */
  async callLive(callId: string): Promise<boolean> {
    const replies = await this.#tellAll({ type: "live", callId });
    return areAllApplied(replies.filter(({ relay }) => !isDraining(relay)));
  }

  /**
   * A call was accepted: the two devices reach each other, every other device is out.
   *
   * @returns whether every connected relay, and at least one, acts by it; within a second
   */
  join(callId: string, callerDevice: string, calleeDevice: string): Promise<boolean> {
    return this.#isAppliedByAll({ type: "join", callId, join: { callerDevice, calleeDevice } });
  }

  /**
   * A call is direct: both sides agreed to show each other their addresses, so the relay answers a
   * Binding of either with its own. That says nothing about who is joined, and may be said before or
   * after it; it is never taken back while the call lives. A call that was not declared live is now.
   *
   * @returns as `join`
   */
  direct(callId: string): Promise<boolean> {
    return this.#isAppliedByAll({ type: "direct", callId });
  }

  /**
   * A call ended: nothing of it passes any more.
   *
   * @returns as `join`
   */
  end(callId: string): Promise<boolean> {
    return this.#isAppliedByAll({ type: "end", callId });
  }

  /**
   * Every connected relay is to take no new calls from now on: it is going to be replaced. What it
   * serves goes on, and `figures().calls` says how many calls that still are.
   *
   * @returns as `join`
   */
  drain(): Promise<boolean> {
    return this.#isAppliedByAll({ type: "drain" });
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#connections) connection.close();
    return Promise.resolve();
  }

  async #isAppliedByAll(statement: Statement): Promise<boolean> {
    return areAllApplied(await this.#tellAll(statement));
  }

  #readyRelays(): RelayConnection[] {
    return [...this.#connections].filter((connection) => connection.isReady());
  }

  #tellAll(statement: Statement): Promise<Reply[]> {
    this.#told[statement.type]++;
    const relays = [...this.#connections].filter((relay) => relay.isAuthenticated());
    return Promise.all(
      relays.map(async (relay) => ({ relay, isApplied: await relay.tell(statement) })),
    );
  }
}

/** What an application knows of its relays, in numbers. */
export interface FiguresOfAll extends RelayFigures {
  /** How many are connected. */
  readonly relays: number;
  /** What they were told so far, whether or not one was there to hear it. */
  readonly told: Readonly<Record<Statement["type"], number>>;
}

interface Reply {
  readonly relay: RelayConnection;
  readonly isApplied: boolean;
}

function areAllApplied(replies: readonly Reply[]): boolean {
  return replies.length > 0 && replies.every(({ isApplied }) => isApplied);
}

function isDraining(relay: RelayConnection): boolean {
  return relay.figures()?.isDraining === true;
}
