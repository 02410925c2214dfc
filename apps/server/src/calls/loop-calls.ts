import { randomBytes } from "node:crypto";
import { CallId, DeviceId, type LoopCall, idRandomBytes, makeId } from "@ringfence/protocol";
import type { LiveCall } from "@ringfence/relay";
import type { Login } from "../accounts/logins.ts";
import { RefusedError } from "../errors.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import { serverLimits } from "../limits.ts";
import type { Relays } from "../relay/relays.ts";
import { type RelayAddresses, credentialOfEnd } from "./relay-credentials.ts";

export interface LoopCallParts {
  relay: Pick<Relays, "choose" | "openIds" | "urlsOf" | "ownCallLive" | "join" | "end">;
  relayAddresses: RelayAddresses;
  rateLimiter: RateLimiter;
  /** Unix time in milliseconds. */
  now: () => number;
}

interface RunningLoop {
  callId: CallId;
  relayId: string;
  timer: NodeJS.Timeout;
}

/**
 * Calls of a device with itself, by which a person tests a connection: both ends have credentials of
 * one device, the relay joins them at once, and nobody is rung. They live in this node's memory and a
 * minute; a node that starts again has none, and the relays end those of it that it does not list.
 */
export class LoopCalls implements Disposable {
  readonly #parts: LoopCallParts;
  readonly #byDevice = new Map<DeviceId, RunningLoop>();

  constructor(parts: LoopCallParts) {
    this.#parts = parts;
  }

  /** For relays that connect meanwhile. */
  liveAt(relayId: string): LiveCall[] {
    const calls = [...this.#byDevice].filter(([, running]) => running.relayId === relayId);
    return calls.map(([device, { callId }]) => ({
      callId,
      join: { callerDevice: device, calleeDevice: device },
      ofNode: true,
    }));
  }

  /**
   * Begins one; the one that this device had before ends, also where it is only just beginning.
   *
   * @param askedHost the host name under which this device reached the web server
   * @throws RefusedError `too-many-requests`; `unavailable` while there is no relay
   */
  async begin({ account, device }: Login, askedHost: string): Promise<LoopCall> {
    this.#parts.rateLimiter.take("loopCallsPerAccount", account);
    return this.#open(device, askedHost);
  }

  /**
   * Begins one for each relay that takes calls, for the operator. They are no account's.
   *
   * @throws RefusedError `unavailable`
   */
  openForNobody(askedHost: string): Promise<LoopCall[]> {
    const relayIds = this.#parts.relay.openIds().slice(0, serverLimits.relaysProbedMax);
    const open = (relayId: string) => this.#open(DeviceId.parse(this.#newId()), askedHost, relayId);
    return Promise.all(relayIds.map(open));
  }

  async #open(device: DeviceId, askedHost: string, atRelay?: string): Promise<LoopCall> {
    const { relay, relayAddresses, now } = this.#parts;
    const ended = this.end(device);
    // From here on to the entry in the map nothing is awaited: of two at once the later stays.
    if (this.#byDevice.size >= serverLimits.loopCallsMax) throw unavailable();
    const lifetimeMs = serverLimits.loopCallLifetimeMs;
    const callId = CallId.parse(this.#newId());
    const relayId = atRelay ?? relay.choose(callId);
    if (relayId === null) throw unavailable();
    const timer = setTimeout(() => void this.#end(device, callId), lifetimeMs).unref();
    this.#byDevice.set(device, { callId, relayId, timer });
    await ended;
    // The page asks the relay next, so the relay has to know it first.
    const isCarried =
      (await relay.ownCallLive(relayId, callId)) &&
      (await relay.join(relayId, callId, device, device));
    if (!isCarried) {
      await this.#end(device, callId);
      throw unavailable();
    }
    const expiresAt = now() + lifetimeMs;
    const urls = relay.urlsOf(relayId);
    const credentialFor = (party: "a" | "b") =>
      credentialOfEnd({ callId, party, device, expiresAt }, { askedHost, urls }, relayAddresses);
    return {
      callId,
      relays: { caller: credentialFor("a"), callee: credentialFor("b") },
      lifetimeMs,
    };
  }

  /** Ends the one of this device, where it has one. */
  async end(device: DeviceId): Promise<void> {
    const running = this.#byDevice.get(device);
    if (running !== undefined) await this.#end(device, running.callId);
  }

  /** Ends this one, and none that took its place. */
  async #end(device: DeviceId, callId: CallId): Promise<void> {
    const running = this.#byDevice.get(device);
    if (running?.callId !== callId) return;
    clearTimeout(running.timer);
    this.#byDevice.delete(device);
    await this.#parts.relay.end([running.relayId], callId);
  }

  #newId(): string {
    return makeId(this.#parts.now(), randomBytes(idRandomBytes));
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#byDevice.values()) clearTimeout(timer);
    this.#byDevice.clear();
  }
}

function unavailable(): RefusedError {
  return new RefusedError(
    "unavailable",
    "The relay is not running, so no call could be carried. Try again in a moment.",
  );
}
