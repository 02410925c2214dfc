import { mintCredential } from "../node/mint-credential.ts";
import { attributeType } from "../stun/attribute.ts";
import type { TransportAddress } from "../stun/xor-address.ts";
import type { Party } from "../turn/credential.ts";
import { addressIn, errorCodeOf, TurnClient } from "./turn-client.ts";
import type { Wire } from "./wire.ts";

/** A TURN client on a real socket. */
export class SocketClient implements AsyncDisposable {
  readonly wire: Wire;
  readonly turn: TurnClient;
  #relayed: TransportAddress | undefined;

  constructor(wire: Wire, secret: string, callId: string, party: Party, device = `${party}1`) {
    const expiresAt = Date.now() + 600_000;
    this.wire = wire;
    this.turn = new TurnClient(mintCredential({ secret, callId, party, device, expiresAt }));
  }

  async ask(request: Uint8Array): Promise<Uint8Array> {
    this.wire.send(request);
    return this.wire.next();
  }

  async code(request: Uint8Array): Promise<number> {
    return errorCodeOf(await this.ask(request));
  }

  /** Allocates, and says with which code that ended; 0 is success. */
  async allocate(): Promise<number> {
    this.turn.takeChallenge(await this.ask(this.turn.allocate([], { isSigned: false })));
    const answer = await this.ask(this.turn.allocate());
    if (errorCodeOf(answer) === 0) {
      this.#relayed = addressIn(answer, attributeType.xorRelayedAddress);
    }
    return errorCodeOf(answer);
  }

  get relayed(): TransportAddress {
    if (this.#relayed === undefined) throw new Error("this client has not allocated");
    return this.#relayed;
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.wire[Symbol.asyncDispose]();
  }
}
