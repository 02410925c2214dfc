import { type RelayLimits, relayLimits } from "../limits.ts";
import { mintCredential } from "../node/mint-credential.ts";
import { nodeCrypto } from "../node/node-crypto.ts";
import { attributeType, type StunAttribute } from "../stun/attribute.ts";
import type { TransportAddress } from "../stun/xor-address.ts";
import type { Action } from "../turn/action.ts";
import { ClosedRelay } from "../turn/closed-relay.ts";
import type { Party } from "../turn/credential.ts";
import { type FiveTuple, fiveTuple } from "../turn/five-tuple.ts";
import { addressIn, errorCodeOf, TurnClient } from "./turn-client.ts";

const secret = "a secret for tests";

export interface LabOptions {
  readonly limits?: Partial<RelayLimits>;
  readonly isAlone?: boolean;
}

export interface ClientOptions {
  readonly callId?: string;
  readonly device?: string;
  readonly address?: string;
  readonly expiresAt?: number;
}

/** A relay without sockets, a clock that only tests move, and clients. */
export class Lab {
  now = 1_800_000_000_000;
  readonly relay: ClosedRelay;
  #clients = 0;

  constructor(options: LabOptions = {}) {
    this.relay = new ClosedRelay({
      crypto: nodeCrypto,
      secret: Buffer.from(secret),
      limits: { ...relayLimits, ...options.limits },
      isAlone: options.isAlone ?? false,
    });
  }

  /** A client of a party, with a five-tuple of its own, that has said nothing yet. */
  client(party: Party, options: ClientOptions = {}): LabClient {
    const { callId = "call", device = `${party}1`, address = "198.51.100.7" } = options;
    const expiresAt = options.expiresAt ?? this.now + 600_000;
    const credential = mintCredential({ secret, callId, party, device, expiresAt });
    const tuple = fiveTuple("udp", "udp 203.0.113.1", address, 20_000 + this.#clients++);
    return new LabClient(this, tuple, new TurnClient(credential));
  }

  /** A client that has allocated. */
  allocated(party: Party, options: ClientOptions = {}): LabClient {
    const client = this.client(party, options);
    client.allocate();
    return client;
  }

  live(callId = "call"): boolean {
    return this.relay.declareCall({ connection: "control" }, { callId }, this.now);
  }

  join(callerDevice = "a1", calleeDevice = "b1", callId = "call"): boolean {
    const join = { callerDevice, calleeDevice };
    return this.relay.declareCall({ connection: "control" }, { callId, join }, this.now);
  }

  /** A live call, joined, whose two parties have allocated. */
  joinedPair(options: ClientOptions = {}): { readonly a: LabClient; readonly b: LabClient } {
    const callId = options.callId ?? "call";
    this.live(callId);
    const pair = { a: this.allocated("a", options), b: this.allocated("b", options) };
    this.join("a1", "b1", callId);
    return pair;
  }
}

/** One client of a lab. */
export class LabClient {
  readonly lab: Lab;
  readonly tuple: FiveTuple;
  readonly turn: TurnClient;
  #relayed: TransportAddress | undefined;

  constructor(lab: Lab, tuple: FiveTuple, turn: TurnClient) {
    this.lab = lab;
    this.tuple = tuple;
    this.turn = turn;
  }

  /** What the relay does with some bytes from here. */
  sends(bytes: Uint8Array): Action {
    return this.lab.relay.receive(this.tuple, Uint8Array.from(bytes), this.lab.now);
  }

  /** The answer to a request, which must come and must come back here. */
  asks(bytes: Uint8Array): Uint8Array {
    const action = this.sends(bytes);
    if (action.type !== "send") throw new Error(`dropped: ${action.reason}`);
    if (action.to.key !== this.tuple.key) throw new Error("somebody else was answered");
    return action.bytes;
  }

  /** The code that a request is answered with; 0 is success. */
  code(bytes: Uint8Array): number {
    return errorCodeOf(this.asks(bytes));
  }

  challenge(): void {
    this.turn.takeChallenge(this.asks(this.turn.allocate([], { isSigned: false })));
  }

  allocate(attributes: readonly StunAttribute[] = []): Uint8Array {
    this.challenge();
    const answer = this.asks(this.turn.allocate(attributes));
    if (errorCodeOf(answer) === 0) {
      this.#relayed = addressIn(answer, attributeType.xorRelayedAddress);
    }
    return answer;
  }

  /** The relayed address; a client without one has no business to ask. */
  get relayed(): TransportAddress {
    if (this.#relayed === undefined) throw new Error("this client has not allocated");
    return this.#relayed;
  }
}
