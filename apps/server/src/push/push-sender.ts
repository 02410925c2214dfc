import type { PushMessage, PushSubscription } from "@ringfence/protocol";
import webPush from "web-push";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../logger.ts";
import { Lanes } from "./lanes.ts";
import { AddressRefusedError, postPush, type Resolve } from "./push-request.ts";
import { type PushService, pushServiceOf } from "./push-services.ts";
import type { VapidKeys } from "./vapid-key.ts";
import { waitByClock } from "./wait.ts";

/**
 * What became of a push. `sent`: its service has it, nothing more. `gone`: the subscription ended
 * (RFC 8030 §7.3). `in-doubt`: it may have arrived. `dropped`: nothing was sent.
 */
export type PushOutcome = "sent" | "gone" | "in-doubt" | "dropped";

export interface PushOptions {
  /** How long the service keeps it for a device that is off, and how long it is tried. */
  readonly lifetimeMs: number;
  /** RFC 8030 §5.3: whether a phone that saves its battery is woken. */
  readonly urgency: "normal" | "high";
  /** RFC 8030 §5.4: what waits under the same topic is replaced. Letters, digits, up to 32. */
  readonly topic: string;
  /** From then on nothing is begun. */
  readonly signal?: AbortSignal;
}

export interface PushSenderParts {
  readonly keys: VapidKeys;
  /** RFC 8292 §2.1: where the operator of a push service can ask whose pushes these are. */
  readonly contact: string;
  /** Origins of push services besides those of the browsers. */
  readonly services: readonly string[];
  readonly resolve: Resolve;
  readonly now: () => number;
  readonly logger: Logger;
}

/** Sends messages to browsers whose page is closed, by the push services of their makers. */
export class PushSender {
  readonly #parts: PushSenderParts;
  readonly #lanes = new Lanes();
  readonly #closed = new AbortController();

  constructor(parts: PushSenderParts) {
    this.#parts = parts;
  }

  get publicKey(): string {
    return this.#parts.keys.publicKey;
  }

  serviceOf(endpoint: string): PushService | null {
    return pushServiceOf(endpoint, this.#parts.services);
  }

  /** Encrypts and sends it, again while it lives where the service could not take it. Never throws. */
  async send(
    subscription: PushSubscription,
    message: PushMessage,
    options: PushOptions,
  ): Promise<PushOutcome> {
    const service = this.serviceOf(subscription.endpoint);
    // The list of services is shorter than it was when the device subscribed.
    if (service === null) return "dropped";
    const endsAt = this.#parts.now() + options.lifetimeMs;
    let outcome: PushOutcome = "dropped";
    for (let waitMs = serverLimits.pushRetryMs; ; waitMs *= 3) {
      const attempt = await this.#attempt(service, subscription, message, { ...options, endsAt });
      if (attempt !== "again") return attempt === "dropped" ? outcome : attempt;
      outcome = "in-doubt";
      if (this.#parts.now() + waitMs >= endsAt) return outcome;
      const { signal = this.#closed.signal } = options;
      const isMeant = AbortSignal.any([signal, this.#closed.signal]);
      if (!(await waitByClock(waitMs, isMeant))) return outcome;
    }
  }

  [Symbol.dispose](): void {
    this.#closed.abort();
  }

  async #attempt(
    service: PushService,
    subscription: PushSubscription,
    message: PushMessage,
    options: PushOptions & { endsAt: number },
  ): Promise<PushOutcome | "again"> {
    using place = await this.#lanes.take(service.name);
    const remainingMs = options.endsAt - this.#parts.now();
    const isOver = options.signal?.aborted === true || this.#closed.signal.aborted;
    if (place === null || remainingMs <= 0 || isOver) return "dropped";
    try {
      const { headers, body } = this.#encrypt(subscription, message, options, remainingMs);
      const { endpoint } = subscription;
      const status = await postPush({ endpoint, service, headers, body }, this.#parts.resolve);
      return this.#judge(status, service);
    } catch (error) {
      // By its name: the message of the error has the address in it.
      const { name, code } = error as NodeJS.ErrnoException;
      this.#parts.logger.warn(`a push could not be given to ${service.name} (${code ?? name})`);
      return error instanceof AddressRefusedError ? "dropped" : "again";
    }
  }

  #judge(status: number, { name }: PushService): PushOutcome | "again" {
    if (status >= 200 && status < 300) return "sent";
    if (status === 404 || status === 410) return "gone";
    this.#parts.logger.warn(`${name} answered a push with ${status}`);
    return status === 429 || status >= 500 ? "again" : "dropped";
  }

  #encrypt(
    subscription: PushSubscription,
    message: PushMessage,
    { urgency, topic }: PushOptions,
    remainingMs: number,
  ): { headers: Record<string, string>; body: Buffer } {
    const { keys, contact } = this.#parts;
    const { headers, body } = webPush.generateRequestDetails(subscription, padded(message), {
      vapidDetails: { subject: contact, ...keys },
      contentEncoding: "aes128gcm",
      TTL: Math.ceil(remainingMs / 1_000),
      urgency,
      topic,
    });
    if (body === null) throw new Error("a push has a body");
    return { headers, body };
  }
}

/** JSON may end in spaces, so that every message is as long as any other. */
function padded(message: PushMessage): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  if (text.length > serverLimits.pushPayloadBytes) throw new RangeError("a push is too long");
  const spaces = Buffer.alloc(serverLimits.pushPayloadBytes - text.length, " ");
  return Buffer.concat([text, spaces]);
}
