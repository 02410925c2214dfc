import type { WebSocket } from "ws";
import type { RelayLog } from "../log.ts";
import { addCounters, makeCounters } from "../turn/counters.ts";
import { controlKey } from "./control-handshake.ts";
import type { RelayFigures } from "./figures.ts";
import { type LiveCalls, RelayConnection, type Statement } from "./relay-connection.ts";
import type { Registration } from "./registration.ts";

/** What the application's end of the control connections needs. */
export interface RelayControlOptions {
  /** RELAY_SECRET. */
  readonly secret: string;
  /** The calls of a relay that are ringing or connected; asked whenever it connects, and later too. */
  readonly liveCalls: LiveCalls;
  /**
   * Names the database of which `liveCalls` reads, where other nodes read it too: what one of them
   * told a relay, another may take back.
   */
  readonly database?: string | undefined;
  /** A relay came, went, or began to drain. */
  readonly onChange?: () => void;
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
    const { liveCalls, database, log, onChange } = this.#options;
    let wasReady = false;
    let wasDraining = false;
    const connection = new RelayConnection(socket, {
      key: this.#key,
      liveCalls,
      database,
      onReady: () => {
        wasReady = true;
        this.#hasWarned = false;
        log.info({ relays: this.#readyRelays().length }, "relay connected");
        onChange?.();
      },
      onFigures: ({ counters, isDraining: drains }) => {
        this.#counters = addCounters(this.#counters, counters);
        if (drains === wasDraining) return;
        wasDraining = drains;
        onChange?.();
      },
      onClose: (error) => {
        this.#connections.delete(connection);
        if (error !== undefined) log.error({ err: error }, "live calls could not be listed");
        if (wasReady) log.info({ relays: this.#readyRelays().length }, "relay disconnected");
        else this.#warnOnce();
        if (wasReady) onChange?.();
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

  /** Every relay that has proved itself and knows its live calls, once. */
  relays(): ConnectedRelay[] {
    const relays = new Map<string, ConnectedRelay>();
    for (const relay of this.#readyRelays()) {
      const { urls = [], group = null } = relay.registration() ?? {};
      // Several that have no id are one, and it drains when all of them do.
      const drains = isDraining(relay) && relays.get(relay.id)?.isDraining !== false;
      relays.set(relay.id, { id: relay.id, urls, group, isDraining: drains });
    }
    return [...relays.values()];
  }

  /** The figures of all connected relays together, as they reported them last. */
  figures(): FiguresOfAll {
    const all = [...this.#connections].flatMap((connection) => connection.figures() ?? []);
    const sumOf = (read: (figures: RelayFigures) => number): number =>
      all.reduce((sum, figures) => sum + read(figures), 0);
    return {
      relays: this.#readyRelays().length,
      relaysByGroup: this.#countByGroup(),
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
   * @param at the relays that are told, by their ids; all where none is named
   * @returns whether every connected relay of those that takes new calls, and at least one, acts by
   *   it; within a second
   */
  async callLive(callId: string, at?: RelayIds): Promise<boolean> {
    const replies = await this.#tell({ type: "live", callId }, at);
    return areAllApplied(replies.filter(({ relay }) => !isDraining(relay)));
  }

  /** The same of a call that is in no database: no other node knows it, or says of it that it ended. */
  async ownCallLive(callId: string, at?: RelayIds): Promise<boolean> {
    const replies = await this.#tell({ type: "live", callId, ofNode: true }, at);
    return areAllApplied(replies.filter(({ relay }) => !isDraining(relay)));
  }

  /**
   * A call was accepted: the two devices reach each other, every other device is out.
   *
   * @param at as for `callLive`
   * @returns whether every connected relay of those, and at least one, acts by it; within a second
   */
  join(
    callId: string,
    callerDevice: string,
    calleeDevice: string,
    at?: RelayIds,
  ): Promise<boolean> {
    const join = { callerDevice, calleeDevice };
    return this.#isAppliedByAll({ type: "join", callId, join }, at);
  }

  /**
   * A call is direct: both sides agreed to show each other their addresses, so the relay answers a
   * Binding of either with its own. That says nothing about who is joined, and may be said before or
   * after it; it is never taken back while the call lives. A call that was not declared live is now.
   *
   * @returns as `join`
   */
  direct(callId: string, at?: RelayIds): Promise<boolean> {
    return this.#isAppliedByAll({ type: "direct", callId }, at);
  }

  /**
   * A call ended: nothing of it passes any more.
   *
   * @returns as `join`
   */
  end(callId: string, at?: RelayIds): Promise<boolean> {
    return this.#isAppliedByAll({ type: "end", callId }, at);
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

  async #isAppliedByAll(statement: Statement, at?: RelayIds): Promise<boolean> {
    return areAllApplied(await this.#tell(statement, at));
  }

  #countByGroup(): Record<string, number> {
    const relays = this.#readyRelays();
    // A figure that is not there could be one that is not known.
    const counts: Record<string, number> = relays.length === 0 ? { "": 0 } : {};
    for (const relay of relays) {
      const group = relay.registration()?.group ?? "";
      counts[group] = (counts[group] ?? 0) + 1;
    }
    return counts;
  }

  #readyRelays(): RelayConnection[] {
    return [...this.#connections].filter((connection) => connection.isReady());
  }

  /** A relay that has not said yet who it is needs not be told of one: its list is read after that. */
  #tell(statement: Statement, at?: RelayIds): Promise<Reply[]> {
    this.#told[statement.type]++;
    const relays = [...this.#connections].filter(
      (relay) => relay.isAuthenticated() && (at === undefined || at.includes(relay.id)),
    );
    return Promise.all(
      relays.map(async (relay) => ({ relay, isApplied: await relay.tell(statement) })),
    );
  }
}

/** Relays by their ids. */
export type RelayIds = readonly string[];

/** A relay that is connected and knows its calls. */
export interface ConnectedRelay extends Readonly<Registration> {
  /** It takes no new calls. */
  readonly isDraining: boolean;
}

/** What an application knows of its relays, in numbers. */
export interface FiguresOfAll extends RelayFigures {
  /** How many are connected. */
  readonly relays: number;
  /** The same by group; the name of none is empty. */
  readonly relaysByGroup: Readonly<Record<string, number>>;
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
