import { nodeCrypto } from "../node/node-crypto.ts";
import { attributeType, type StunAttribute } from "../stun/attribute.ts";
import { fingerprintOf } from "../stun/fingerprint.ts";
import { parseIpAddress } from "../stun/ip-address.ts";
import {
  encodeMessage,
  findAttribute,
  messageType,
  parseMessage,
  type StunMessage,
} from "../stun/message.ts";
import { appendIntegrity, hasIntegrity, longTermKey } from "../stun/message-integrity.ts";
import { decodeXorAddress, encodeXorAddress, type TransportAddress } from "../stun/xor-address.ts";
import { turnMethod } from "../turn/method.ts";

export interface TurnClientCredential {
  readonly username: string;
  readonly password: string;
}

export interface RequestOptions {
  /** 12 bytes; a new one where none is given. */
  readonly transactionId?: Uint8Array;
  /** False leaves USERNAME, REALM, NONCE and MESSAGE-INTEGRITY out. */
  readonly isSigned?: boolean;
  readonly hasFingerprint?: boolean;
}

/** A TURN client for tests: it writes requests and reads answers, and has no socket. */
export class TurnClient {
  credential: TurnClientCredential;
  /** What the last challenge said. */
  realm: Uint8Array = new Uint8Array(0);
  nonce: Uint8Array = new Uint8Array(0);
  #transactions = 0;

  constructor(credential: TurnClientCredential) {
    this.credential = credential;
  }

  request(
    method: number,
    attributes: readonly StunAttribute[],
    options: RequestOptions = {},
  ): Uint8Array {
    const { transactionId = this.transactionId(), isSigned = true } = options;
    const username = Buffer.from(this.credential.username);
    const credentials = [
      { type: attributeType.username, value: username },
      { type: attributeType.realm, value: this.realm },
      { type: attributeType.nonce, value: this.nonce },
    ];
    const all = isSigned ? [...attributes, ...credentials] : attributes;
    const bytes = encodeMessage(messageType(method, "request"), transactionId, all);
    const signed = isSigned ? appendIntegrity(nodeCrypto, bytes, this.key()) : bytes;
    return options.hasFingerprint === true ? appendFingerprint(signed) : signed;
  }

  /** A transaction id that this client has not used. */
  transactionId(): Uint8Array {
    const id = Buffer.alloc(12, 7);
    id.writeUInt32BE(++this.#transactions, 8);
    return id;
  }

  key(): Uint8Array {
    const { username, password } = this.credential;
    const password8 = Buffer.from(password);
    return longTermKey(nodeCrypto, Buffer.from(username), this.realm, password8);
  }

  /** Takes realm and nonce from a 401 or 438. */
  takeChallenge(bytes: Uint8Array): void {
    const message = readMessage(bytes);
    this.realm = findAttribute(message, attributeType.realm) ?? new Uint8Array(0);
    this.nonce = findAttribute(message, attributeType.nonce) ?? new Uint8Array(0);
  }

  /** Whether an answer was signed with this client's key. */
  trusts(bytes: Uint8Array): boolean {
    return hasIntegrity(nodeCrypto, readMessage(bytes), this.key());
  }

  allocate(attributes: readonly StunAttribute[] = [], options?: RequestOptions): Uint8Array {
    return this.request(turnMethod.allocate, [requestedTransport, ...attributes], options);
  }

  refresh(lifetimeSeconds?: number): Uint8Array {
    const lifetime = lifetimeSeconds === undefined ? [] : [lifetimeAttribute(lifetimeSeconds)];
    return this.request(turnMethod.refresh, lifetime);
  }

  createPermission(...peers: readonly TransportAddress[]): Uint8Array {
    const transactionId = this.transactionId();
    const attributes = peers.map((peer) => peerAttribute(peer, transactionId));
    return this.request(turnMethod.createPermission, attributes, { transactionId });
  }

  bindChannel(number: number, peer: TransportAddress): Uint8Array {
    const transactionId = this.transactionId();
    const value = Uint8Array.of(number >> 8, number & 0xff, 0, 0);
    return this.request(
      turnMethod.channelBind,
      [{ type: attributeType.channelNumber, value }, peerAttribute(peer, transactionId)],
      { transactionId },
    );
  }

  sendIndication(
    peer: TransportAddress,
    data: Uint8Array,
    attributes: readonly StunAttribute[] = [],
  ): Uint8Array {
    const transactionId = this.transactionId();
    return encodeMessage(messageType(turnMethod.send, "indication"), transactionId, [
      peerAttribute(peer, transactionId),
      ...attributes,
      { type: attributeType.data, value: data },
    ]);
  }
}

export const requestedTransport: StunAttribute = {
  type: attributeType.requestedTransport,
  value: Uint8Array.of(17, 0, 0, 0),
};

export function lifetimeAttribute(seconds: number): StunAttribute {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(seconds);
  return { type: attributeType.lifetime, value };
}

function peerAttribute(peer: TransportAddress, transactionId: Uint8Array): StunAttribute {
  return {
    type: attributeType.xorPeerAddress,
    value: encodeXorAddress(peer, transactionId),
  };
}

export function channelData(number: number, data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(number, 0);
  header.writeUInt16BE(data.length, 2);
  return Buffer.concat([header, data]);
}

function appendFingerprint(bytes: Uint8Array): Uint8Array {
  const whole = Buffer.concat([bytes, Buffer.alloc(8)]);
  whole.writeUInt16BE(whole.length - 20, 2);
  whole.writeUInt16BE(attributeType.fingerprint, bytes.length);
  whole.writeUInt16BE(4, bytes.length + 2);
  whole.writeUInt32BE(fingerprintOf(whole.subarray(0, bytes.length)), bytes.length + 4);
  return whole;
}

export function transportAddress(text: string, port: number): TransportAddress {
  const ip = parseIpAddress(text);
  if (ip === undefined) throw new RangeError(`no address: ${text}`);
  return { ip, port };
}

/** A message that must be one. */
export function readMessage(bytes: Uint8Array): StunMessage {
  const message = parseMessage(bytes);
  if (message === undefined) throw new Error("these bytes are no STUN message");
  return message;
}

/** The code of an error response; 0 for a success response. */
export function errorCodeOf(bytes: Uint8Array): number {
  const value = findAttribute(readMessage(bytes), attributeType.errorCode);
  return value === undefined ? 0 : (value[2] ?? 0) * 100 + (value[3] ?? 0);
}

export function addressIn(bytes: Uint8Array, type: number): TransportAddress {
  const message = readMessage(bytes);
  const value = findAttribute(message, type) ?? new Uint8Array(0);
  const address = decodeXorAddress(value, message.transactionId);
  if (address === undefined) throw new Error("the message names no such address");
  return address;
}

/** LIFETIME of an answer, in seconds. */
export function lifetimeIn(bytes: Uint8Array): number {
  const value = findAttribute(readMessage(bytes), attributeType.lifetime);
  return Buffer.from(value ?? []).readUInt32BE();
}

/** What a Data indication or a ChannelData message brought. */
export function dataIn(bytes: Uint8Array): string {
  if ((bytes[0] ?? 0) >= 0x40) {
    const length = Buffer.from(bytes).readUInt16BE(2);
    return Buffer.from(bytes.subarray(4, 4 + length)).toString();
  }
  return Buffer.from(findAttribute(readMessage(bytes), attributeType.data) ?? []).toString();
}
