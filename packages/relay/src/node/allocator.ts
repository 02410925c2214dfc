import { attributeType, type StunAttribute } from "../stun/attribute.ts";
import { asciiBytes } from "../stun/bytes.ts";
import {
  encodeMessage,
  findAttribute,
  messageType,
  parseMessage,
  type StunMessage,
} from "../stun/message.ts";
import { appendIntegrity, longTermKey } from "../stun/message-integrity.ts";
import { decodeXorAddress } from "../stun/xor-address.ts";
import { turnMethod } from "../turn/method.ts";
import { virtualAddress } from "../turn/relayed-address.ts";
import { nodeCrypto } from "./node-crypto.ts";
import type { RelayProbe } from "./probe-relay.ts";

type Send = (bytes: Uint8Array) => void;

const transactionIdBytes = 12;
/** RFC 8656 §18.8: UDP between the relay and the peer. */
const requestedUdp = { type: attributeType.requestedTransport, value: Uint8Array.of(17, 0, 0, 0) };
const noLifetime = { type: attributeType.lifetime, value: new Uint8Array(4) };
const unauthenticated = 401;

/**
 * A client that asks for one allocation (RFC 8656 §7.1) with a long-term credential (RFC 8489 §9.2):
 *
 *     asking -- 401 with realm and nonce --> proving -- success --> allocated
 *                                               '------ error ----> refused
 */
export class Allocator {
  readonly #credential: { readonly username: string; readonly credential: string };
  readonly #randomBytes: (count: number) => Uint8Array;
  readonly #onEnd: (outcome: RelayProbe) => void;
  #transactionId: Uint8Array = new Uint8Array(0);
  #challenge: { readonly realm: Uint8Array; readonly nonce: Uint8Array } | undefined;
  #askedAtMs = 0;
  #isAllocated = false;

  constructor(
    credential: { readonly username: string; readonly credential: string },
    random: (count: number) => Uint8Array,
    onEnd: (outcome: RelayProbe) => void,
  ) {
    this.#credential = credential;
    this.#randomBytes = random;
    this.#onEnd = onEnd;
  }

  /** @param nowMs only differences count */
  begin(nowMs: number, send: Send): void {
    this.#askedAtMs = nowMs;
    send(this.#request(turnMethod.allocate, [requestedUdp]));
  }

  receive(bytes: Uint8Array, nowMs: number, send: Send): void {
    const message = parseMessage(bytes);
    if (message === undefined || !this.#isAnswer(message)) return;
    if (message.class === "success") {
      this.#isAllocated = true;
      const roundTripMs = nowMs - this.#askedAtMs;
      this.#onEnd({ outcome: "allocated", roundTripMs, isClosed: isVirtual(message) });
      return;
    }
    const code = errorCodeOf(message);
    const realm = findAttribute(message, attributeType.realm);
    const nonce = findAttribute(message, attributeType.nonce);
    const mayProve = this.#challenge === undefined && code === unauthenticated;
    if (!mayProve || realm === undefined || nonce === undefined) {
      this.#onEnd({ outcome: "refused", code });
      return;
    }
    this.#challenge = { realm, nonce };
    this.begin(nowMs, send);
  }

  /** RFC 8656 §8: gives the allocation back. Nothing where there is none. */
  farewell(): Uint8Array | undefined {
    return this.#isAllocated ? this.#request(turnMethod.refresh, [noLifetime]) : undefined;
  }

  #isAnswer({ method, class: kind, transactionId }: StunMessage): boolean {
    const isOurs = Buffer.compare(transactionId, this.#transactionId) === 0;
    return isOurs && method === turnMethod.allocate && (kind === "success" || kind === "error");
  }

  #request(method: number, attributes: readonly StunAttribute[]): Uint8Array {
    this.#transactionId = this.#randomBytes(transactionIdBytes);
    const type = messageType(method, "request");
    if (this.#challenge === undefined) return encodeMessage(type, this.#transactionId, attributes);
    const { realm, nonce } = this.#challenge;
    const username = asciiBytes(this.#credential.username);
    const signed = encodeMessage(type, this.#transactionId, [
      ...attributes,
      { type: attributeType.username, value: username },
      { type: attributeType.realm, value: realm },
      { type: attributeType.nonce, value: nonce },
    ]);
    const password = asciiBytes(this.#credential.credential);
    return appendIntegrity(nodeCrypto, signed, longTermKey(nodeCrypto, username, realm, password));
  }
}

/** RFC 8656 §18.5: where the address that was allocated stands. */
function isVirtual(message: StunMessage): boolean {
  const given = findAttribute(message, attributeType.xorRelayedAddress);
  const address = given && decodeXorAddress(given, message.transactionId);
  return address !== undefined && virtualAddress(address) !== undefined;
}

/** RFC 8489 §14.8; 0 where there is none. */
function errorCodeOf(message: StunMessage): number {
  const value = findAttribute(message, attributeType.errorCode);
  return value === undefined ? 0 : (value[2] ?? 0) * 100 + (value[3] ?? 0);
}
