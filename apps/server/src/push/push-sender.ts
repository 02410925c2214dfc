import { createHmac, hkdfSync } from "node:crypto";
import type { AccountId, PushMessage, PushSubscription } from "@ringfence/protocol";
import webPush from "web-push";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../logger.ts";
import { FailureCounts } from "./failure-counts.ts";
import { Lanes } from "./lanes.ts";
import { AddressRefusedError, postPush, type Resolve } from "./push-request.ts";
import { type PushService, pushServiceOf } from "./push-services.ts";
import type { VapidKeys } from "./vapid-key.ts";
import { waitByClock } from "./wait.ts";

/**
 * What became of a push. `sent`: its service has it, nothing more. `gone`: the subscription ended
 * (RFC 8030 §7.3), or failed too often in a row. `in-doubt`: it may have arrived. `dropped`: nothing was sent.
 */
export type PushOutcome = "sent" | "gone" | "in-doubt" | "dropped";

export interface PushOptions {
  /** How long the service keeps it for a device that is off, and how long it is tried. */
  readonly lifetimeMs: number;
  /** RFC 8030 §5.3: whether a phone that saves its battery is woken. */
  readonly urgency: "normal" | "high";
  /** RFC 8030 §5.4: what waits for a device under the same topic is replaced. Its service sees a hash. */
  readonly topic: string;
  /** Whose device it is: of one account only so many wait. */
  readonly account: AccountId;
  /** Asked before each attempt: whether the device is still to be reached there. */
  readonly isSubscribed: () => Promise<boolean>;
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
  /** What became of one. */
  readonly onOutcome: (outcome: PushOutcome) => void;
}

/** Sends messages to browsers whose page is closed, by the push services of their makers. */
export class PushSender {
  readonly #parts: PushSenderParts;
  readonly #lanes = new Lanes();
  readonly #failures = new FailureCounts();
  readonly #topicKey: Buffer;
  readonly #closed = new AbortController();

  constructor(parts: PushSenderParts) {
    this.#parts = parts;
    const { privateKey } = parts.keys;
    this.#topicKey = Buffer.from(hkdfSync("sha256", privateKey, "", "ringfence push topic 1", 32));
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
    const outcome = await this.#sendInTime(subscription, message, options);
    this.#parts.onOutcome(outcome);
    return outcome;
  }

  [Symbol.dispose](): void {
    this.#closed.abort();
  }

  async #sendInTime(
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

  async #attempt(
    service: PushService,
    subscription: PushSubscription,
    message: PushMessage,
    options: PushOptions & { endsAt: number },
  ): Promise<PushOutcome | "again"> {
    using place = await this.#lanes.take(service.name, options.account);
    const remainingMs = options.endsAt - this.#parts.now();
    const isOver = options.signal?.aborted === true || this.#closed.signal.aborted;
    if (place === null || remainingMs <= 0 || isOver) return "dropped";
    const { endpoint } = subscription;
    try {
      if (!(await options.isSubscribed())) return "dropped";
      const { headers, body } = this.#encrypt(subscription, message, options, remainingMs);
      const status = await postPush({ endpoint, service, headers, body }, this.#parts.resolve);
      return this.#judge(status, service, endpoint);
    } catch (error) {
      // By its name: the message of the error has the address in it.
      const { name, code } = error as NodeJS.ErrnoException;
      this.#parts.logger.warn(`a push could not be given to ${service.name} (${code ?? name})`);
      if (this.#failures.add(endpoint)) return "gone";
      return error instanceof AddressRefusedError ? "dropped" : "again";
    }
  }

  #judge(status: number, { name }: PushService, endpoint: string): PushOutcome | "again" {
    if (status >= 200 && status < 300) {
      this.#failures.forget(endpoint);
      return "sent";
    }
    if (status === 404 || status === 410) return "gone";
    this.#parts.logger.warn(`${name} answered a push with ${status}`);
    // The service is busy or broken, which says nothing of this subscription.
    if (status === 429 || status >= 500) return "again";
    return this.#failures.add(endpoint) ? "gone" : "dropped";
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
      topic: this.#topicOf(topic, subscription),
    });
    if (body === null) throw new Error("a push has a body");
    return { headers, body };
  }

  /** Another one for each device, or a service would learn which devices ring together. */
  #topicOf(topic: string, { endpoint }: PushSubscription): string {
    const hash = createHmac("sha256", this.#topicKey).update(`${topic}\0${endpoint}`);
    return hash.digest("base64url").slice(0, topicLength);
  }
}

/** RFC 8030 §5.4: at most so many characters of base64url. */
const topicLength = 32;

/** JSON may end in spaces, so that every message is as long as any other. */
function padded(message: PushMessage): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  if (text.length > serverLimits.pushPayloadBytes) throw new RangeError("a push is too long");
  const spaces = Buffer.alloc(serverLimits.pushPayloadBytes - text.length, " ");
  return Buffer.concat([text, spaces]);
}
