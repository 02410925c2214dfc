import type { LoopCall, RelayCredential } from "@ringfence/protocol";
import type { ApiClient } from "../api.ts";
import { ApiError } from "../errors.ts";
import { clientLimits } from "../limits.ts";
import { type Observable, Source } from "../observable.ts";
import type { Connection } from "../signalling.ts";
import type { LoopOutcome, MeasureLoop } from "./measure-loop.ts";
import { type Transport, transportOf, transports } from "./transport.ts";

/**
 * A test of this device's connection. It begins when a person says so:
 *
 *     idle -- run --> running -- all is known --> done -- run --> running
 *                        '------- cancel -------> idle
 */
export interface ConnectionTest {
  readonly snapshot: Observable<ConnectionTestSnapshot>;
  /** Begins it, in a gesture of the person: browsers let a page make no sound before one. */
  run(): void;
  cancel(): void;
}

export interface ConnectionTestSnapshot {
  state: "idle" | "running" | "done";
  /** A request over HTTPS, as all but calls. */
  server: ServerResult;
  /** The live connection, by which this device is rung. */
  live: LiveResult;
  /** A call of this page with itself, over each transport that the server offers. */
  paths: Readonly<Record<Transport, PathResult>>;
}

export type ServerResult =
  | { state: "waiting" | "running" }
  | { state: "works"; roundTripMs: number }
  | { state: "failed"; why: "unreachable" | "no-relay" | "too-often" | "refused" };

export type LiveResult = "waiting" | "running" | "works" | "outdated" | "failed";

export type PathResult =
  | { state: "waiting" | "running" }
  | LoopOutcome
  /** The server has no such way; or it could not be asked. */
  | { state: "not-offered" | "not-tested" };

const waiting = { state: "waiting" } as const;
const nothingKnown: Omit<ConnectionTestSnapshot, "state"> = {
  server: waiting,
  live: "waiting",
  paths: { udp: waiting, tcp: waiting, tls: waiting },
};

export interface ConnectionTestParts {
  api: ApiClient;
  connection: Observable<Connection>;
  measureLoop: MeasureLoop;
  /** Milliseconds; only differences count. */
  now: () => number;
}

export class ConnectionTestStore implements ConnectionTest {
  readonly #parts: ConnectionTestParts;
  readonly #snapshot = new Source<ConnectionTestSnapshot>({ state: "idle", ...nothingKnown });
  #run: AbortController | null = null;

  constructor(parts: ConnectionTestParts) {
    this.#parts = parts;
  }

  get snapshot(): Observable<ConnectionTestSnapshot> {
    return this.#snapshot;
  }

  run(): void {
    if (this.#run !== null) return;
    this.#run = new AbortController();
    void this.#test(this.#run.signal);
  }

  cancel(): void {
    this.#run?.abort();
    this.#run = null;
    this.#snapshot.set({ state: "idle", ...nothingKnown });
  }

  async #test(signal: AbortSignal): Promise<void> {
    const set = (change: Partial<ConnectionTestSnapshot>) => {
      if (!signal.aborted) this.#snapshot.update((before) => ({ ...before, ...change }));
    };
    set({ ...nothingKnown, state: "running", server: { state: "running" }, live: "running" });
    await Promise.all([
      this.#testLive(signal).then((live) => set({ live })),
      this.#testPaths(signal, set),
    ]);
    if (signal.aborted) return;
    this.#run = null;
    set({ state: "done" });
  }

  async #testPaths(
    signal: AbortSignal,
    set: (change: Partial<ConnectionTestSnapshot>) => void,
  ): Promise<void> {
    const { api, now } = this.#parts;
    const setPath = (transport: Transport, result: PathResult) =>
      set({ paths: { ...this.#snapshot.get().paths, [transport]: result } });
    const askedAtMs = now();
    let call: LoopCall;
    try {
      call = await api.request("beginLoopCall", { body: {} });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      set({ server: { state: "failed", why: whyOf(error) } });
      for (const transport of transports) setPath(transport, { state: "not-tested" });
      return;
    }
    set({ server: { state: "works", roundTripMs: now() - askedAtMs } });
    const test = async (transport: Transport) => {
      const ends = {
        caller: over(transport, call.relays.caller),
        callee: over(transport, call.relays.callee),
      };
      if (ends.caller.urls.length === 0) return setPath(transport, { state: "not-offered" });
      setPath(transport, { state: "running" });
      return setPath(transport, await this.#parts.measureLoop(ends, signal));
    };
    // Side by side: one that is blocked takes long to be sure of.
    await Promise.all(transports.map(test));
    // It ends by itself where this does not arrive; the one of another test must not be ended.
    if (!signal.aborted) await api.request("endLoopCall", {}).catch(() => {});
  }

  /** Whether the live connection stands, or comes to within a while. */
  async #testLive(signal: AbortSignal): Promise<LiveResult> {
    const { connection } = this.#parts;
    const known = Promise.withResolvers<void>();
    const timer = setTimeout(known.resolve, clientLimits.liveTestMs);
    signal.addEventListener("abort", () => known.resolve());
    const look = () => {
      const state = connection.get();
      if (state === "online" || state === "outdated") known.resolve();
    };
    const end = connection.subscribe(look);
    look();
    await known.promise;
    clearTimeout(timer);
    end();
    const state = connection.get();
    if (state === "online") return "works";
    return state === "outdated" ? "outdated" : "failed";
  }
}

function over(transport: Transport, credential: RelayCredential): RelayCredential {
  return { ...credential, urls: credential.urls.filter((url) => transportOf(url) === transport) };
}

function whyOf({ code }: ApiError): Extract<ServerResult, { state: "failed" }>["why"] {
  if (code === "unreachable") return "unreachable";
  if (code === "unavailable") return "no-relay";
  return code === "too-many-requests" ? "too-often" : "refused";
}
