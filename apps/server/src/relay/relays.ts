import { type RelayControl, type RelayIds, unregistered } from "@ringfence/relay";
import type { RelayOrders } from "../calls/effect-parts.ts";
import { chooseRelay } from "./choose-relay.ts";

export interface RelaysParts {
  control: Pick<RelayControl, "relays" | "callLive" | "ownCallLive" | "direct" | "join" | "end">;
  /** RELAY_GROUP of this node. */
  group: string | null;
  /**
   * The operator named TURN servers (RELAY_URLS). They say nothing of themselves, so that they are
   * always there, and are one relay for all that is known here.
   */
  isNamed: boolean;
}

/** The relays that calls can be carried by, as this node sees them. */
export class Relays implements RelayOrders {
  readonly #parts: RelaysParts;

  constructor(parts: RelaysParts) {
    this.#parts = parts;
  }

  choose(callId: string, left: RelayIds = []): string | null {
    const { control, group, isNamed } = this.#parts;
    return isNamed ? unregistered : chooseRelay(callId, control.relays(), group, left);
  }

  liveIds(): string[] {
    const { control, isNamed } = this.#parts;
    return isNamed ? [unregistered] : control.relays().map(({ id }) => id);
  }

  /** Those that take new calls, or what stands for them all. */
  openIds(): string[] {
    const { control, isNamed } = this.#parts;
    if (isNamed) return [unregistered];
    return control.relays().flatMap(({ id, isDraining }) => (isDraining ? [] : [id]));
  }

  urlsOf(relayId: string): readonly string[] {
    if (this.#parts.isNamed) return [];
    return this.#parts.control.relays().find(({ id }) => id === relayId)?.urls ?? [];
  }

  async callLive(at: string, callId: string): Promise<boolean> {
    const isKnown = await this.#parts.control.callLive(callId, this.#told([at]));
    return isKnown || this.#parts.isNamed;
  }

  async ownCallLive(at: string, callId: string): Promise<boolean> {
    const isKnown = await this.#parts.control.ownCallLive(callId, this.#told([at]));
    return isKnown || this.#parts.isNamed;
  }

  async direct(at: string, callId: string): Promise<boolean> {
    return this.#parts.control.direct(callId, this.#told([at]));
  }

  async join(
    at: string,
    callId: string,
    callerDevice: string,
    calleeDevice: string,
  ): Promise<boolean> {
    const { control, isNamed } = this.#parts;
    const isJoined = await control.join(callId, callerDevice, calleeDevice, this.#told([at]));
    return isJoined || isNamed;
  }

  async end(at: RelayIds, callId: string): Promise<boolean> {
    return this.#parts.control.end(callId, this.#told(at));
  }

  /** Relays of our own may stand behind the named addresses: which they are nobody says, so all are told. */
  #told(at: RelayIds): RelayIds | undefined {
    return this.#parts.isNamed ? undefined : at;
  }
}
