import {
  type Msg,
  type NatsConnection,
  type NodeConnectionOptions,
  connect,
} from "@nats-io/transport-node";
import type { Logger } from "../../logger.ts";
import { OperatorError } from "../../operator-error.ts";
import { busLimits } from "../bus-limits.ts";
import type { NatsAddress } from "./nats-address.ts";

export interface LineEvents {
  /** Nothing is heard or said any more, until it is back. */
  lost(): void;
  /** What was said to this node and by it meanwhile may be lost. */
  back(): void;
}

/** What the client keeps to itself. */
interface Cuttable {
  readonly protocol: { readonly transport: { close(error: Error): Promise<void> } };
}

/**
 * The connection to NATS, for as long as the process lives: one that is lost is sought again for
 * ever. Nothing that is said while it is away waits for it, and what NATS does not take in time is
 * lost too: the database has it.
 */
export class NatsLine implements AsyncDisposable {
  readonly #nats: NatsConnection;
  readonly #events: LineEvents;
  readonly #logger: Logger;
  #isUp = true;
  #isDisposed = false;
  #reconnects = 0;
  /** Bytes: said, said before the latest question to confirm, confirmed. */
  #said = 0;
  #asked = 0;
  #confirmed = 0;
  #isLosing = false;
  readonly #following: Promise<void>;

  constructor(nats: NatsConnection, events: LineEvents, logger: Logger) {
    this.#nats = nats;
    this.#events = events;
    this.#logger = logger;
    this.#following = this.#follow();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get reconnects(): number {
    return this.#reconnects;
  }

  /** @returns false where it is lost */
  publish(subject: string, text: string, reply?: string): boolean {
    if (!this.#isUp || this.#isDisposed) return false;
    if (this.#said - this.#confirmed > busLimits.unconfirmedBytesMax) {
      if (!this.#isLosing) this.#logger.error("NATS does not keep up: deliveries are lost");
      this.#isLosing = true;
      return false;
    }
    const bytes = Buffer.from(text);
    this.#nats.publish(subject, bytes, reply === undefined ? {} : { reply });
    this.#said += bytes.length;
    if (this.#said - this.#asked > busLimits.confirmEveryBytes) void this.confirmed();
    return true;
  }

  subscribe(subject: string, handler: (message: Msg) => void): Disposable {
    const subscription = this.#nats.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) handler(message);
        else if (!this.#isDisposed) this.#logger.error({ error }, "NATS refuses a subscription");
      },
    });
    return {
      // Whoever asks in this moment is answered still.
      [Symbol.dispose]: () => void subscription.drain().catch(() => undefined),
    };
  }

  /** Resolves when NATS has done all that it was told, or with false when it is lost or too slow. */
  async confirmed(): Promise<boolean> {
    if (!this.#isUp || this.#isDisposed) return false;
    const said = this.#said;
    this.#asked = said;
    // The promise of a line that was lost may never be settled.
    const { promise: tooLate, resolve } = Promise.withResolvers<false>();
    const timer = setTimeout(() => resolve(false), busLimits.answerMs);
    const flushed = this.#nats.flush().then(
      () => {
        this.#confirmed = Math.max(this.#confirmed, said);
        if (this.#isLosing && this.#confirmed === this.#said) this.#caughtUp();
        return true;
      },
      () => false,
    );
    const isConfirmed = await Promise.race([flushed, tooLate]);
    clearTimeout(timer);
    return isConfirmed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.confirmed();
    this.#isDisposed = true;
    await this.#nats.close();
    await this.#following;
  }

  #caughtUp(): void {
    this.#isLosing = false;
    this.#events.back();
  }

  async #follow(): Promise<void> {
    for await (const status of this.#nats.status()) {
      if (this.#isDisposed) continue;
      if (status.type === "disconnect") this.#lost();
      else if (status.type === "staleConnection") await this.#cutOff();
      else if (status.type === "reconnect") this.#back();
      else if (status.type === "error") {
        this.#logger.error({ error: status.error }, "NATS complains");
      }
    }
  }

  /**
   * The client would first write what waits, to a server that takes nothing any more: for a quarter of
   * an hour where its machine is gone.
   */
  async #cutOff(): Promise<void> {
    const { transport } = (this.#nats as NatsConnection & Cuttable).protocol;
    await transport.close(new Error("NATS does not answer"));
  }

  #lost(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#logger.error("NATS is gone: nodes do not hear each other until it is back");
    this.#events.lost();
  }

  #back(): void {
    this.#isUp = true;
    this.#isLosing = false;
    this.#reconnects++;
    this.#confirmed = this.#asked = this.#said;
    this.#logger.info("NATS is back");
    this.#events.back();
  }
}

/**
 * Connects for the first time, when whoever starts the server can still be told what is wrong.
 *
 * @throws OperatorError `bus-unreachable`, `bus-refused`
 */
export async function connectToNats(address: NatsAddress): Promise<NatsConnection> {
  const { reconnectMsMin, reconnectMsMax } = busLimits;
  const options: NodeConnectionOptions = {
    servers: [...address.servers],
    name: "ringfence",
    // What a node says is done on it already.
    noEcho: true,
    maxReconnectAttempts: -1,
    // A login that is put right at NATS works again without a restart here.
    ignoreAuthErrorAbort: true,
    reconnectDelayHandler: () => reconnectMsMin + Math.random() * (reconnectMsMax - reconnectMsMin),
    timeout: busLimits.connectTimeoutMs,
    pingInterval: busLimits.pingMs,
    maxPingOut: 2,
    ...address.login,
    ...(address.isEncrypted && { tls: {} }),
  };
  try {
    return await connect(options);
  } catch (error) {
    throw operatorErrorOf(error, address);
  }
}

function operatorErrorOf(error: unknown, { servers }: NatsAddress): OperatorError {
  const where = servers.join(" or ");
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === "AuthorizationError") {
    return new OperatorError(
      "bus-refused",
      `NATS at ${where} does not let this server in: put the right user and password, or token, into NATS_URL, such as nats://user:password@${servers[0]}.`,
      { cause: error },
    );
  }
  return new OperatorError(
    "bus-unreachable",
    `NATS at ${where} cannot be used (${reason}). Start it, or correct NATS_URL; tls:// where it wants encryption with a certificate that this machine trusts.`,
    { cause: error },
  );
}
