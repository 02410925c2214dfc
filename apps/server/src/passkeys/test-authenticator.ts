import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type {
  NewPasskey,
  NewPasskeyOptions,
  PasskeyAssertion,
  PasskeyRequest,
} from "@ringfence/protocol";

/** What a test makes an authenticator or its browser do otherwise than it should. */
export interface Faults {
  origin?: string;
  rpId?: string;
  type?: string;
  challenge?: string;
  /** The person was not recognised, only there. */
  isUnverified?: boolean;
  counter?: number;
  userHandle?: string;
}

/** WebAuthn §6.1: user present, user verified, attested credential data follows. */
const flags = { present: 0x01, verified: 0x04, attested: 0x40 };

/** A passkey of ES256, as an authenticator and a browser make and use it (WebAuthn §6). */
export class TestPasskey {
  readonly #origin: string;
  readonly #credentialId = randomBytes(16);
  readonly #pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  /** Of nobody, until it is made. */
  #userHandle = "AAAA";
  #rpId = "nobody.test";
  counter = 0;

  /** @param origin of the page that it is used on */
  constructor(origin: string) {
    this.#origin = origin;
  }

  get id(): string {
    return this.#credentialId.toString("base64url");
  }

  /** Makes itself, as `navigator.credentials.create` would. */
  make(options: NewPasskeyOptions, faults: Faults = {}): NewPasskey {
    this.#userHandle = options.user.id;
    this.#rpId = options.rp.id;
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.#credentialId.length);
    const attested = [Buffer.alloc(16), length, this.#credentialId, cbor(this.#coseKey())];
    const authData = Buffer.concat([this.#authenticatorData(flags.attested, faults), ...attested]);
    const attestation = new Map<string, CborValue>([
      ["fmt", "none"],
      ["attStmt", new Map()],
      ["authData", authData],
    ]);
    return {
      ...this.#credential(),
      response: {
        clientDataJSON: this.#clientData("webauthn.create", options.challenge, faults),
        attestationObject: cbor(attestation).toString("base64url"),
      },
    };
  }

  /** Uses itself, as `navigator.credentials.get` would. */
  use(request: PasskeyRequest, faults: Faults = {}): PasskeyAssertion {
    const authenticatorData = this.#authenticatorData(0, faults);
    const clientDataJSON = this.#clientData("webauthn.get", request.challenge, faults);
    const signed = Buffer.concat([
      authenticatorData,
      sha256(Buffer.from(clientDataJSON, "base64url")),
    ]);
    return {
      ...this.#credential(),
      response: {
        clientDataJSON,
        authenticatorData: authenticatorData.toString("base64url"),
        signature: sign("sha256", signed, this.#pair.privateKey).toString("base64url"),
        userHandle: faults.userHandle ?? this.#userHandle,
      },
    };
  }

  #credential() {
    return { id: this.id, rawId: this.id, type: "public-key" } as const;
  }

  #clientData(type: string, challenge: string, faults: Faults): string {
    const clientData = {
      type: faults.type ?? type,
      challenge: faults.challenge ?? challenge,
      origin: faults.origin ?? this.#origin,
      crossOrigin: false,
    };
    return Buffer.from(JSON.stringify(clientData)).toString("base64url");
  }

  #authenticatorData(extraFlags: number, { rpId, isUnverified, counter }: Faults): Buffer {
    const head = Buffer.alloc(5);
    head[0] = flags.present | (isUnverified === true ? 0 : flags.verified) | extraFlags;
    head.writeUInt32BE(counter ?? this.counter, 1);
    return Buffer.concat([sha256(Buffer.from(rpId ?? this.#rpId)), head]);
  }

  /** RFC 9053 §2.1: EC2, ES256, P-256, and the point. */
  #coseKey(): Map<number, CborValue> {
    const { x = "", y = "" } = this.#pair.publicKey.export({ format: "jwk" });
    return new Map<number, CborValue>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, "base64url")],
      [-3, Buffer.from(y, "base64url")],
    ]);
  }
}

type CborValue = number | string | Uint8Array | Map<string | number, CborValue>;

/** RFC 8949 §3.1, as far as an attestation needs it. */
function cbor(value: CborValue): Buffer {
  if (typeof value === "number") return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value);
  if (typeof value === "string") {
    return Buffer.concat([cborHead(3, Buffer.byteLength(value)), Buffer.from(value)]);
  }
  if (value instanceof Uint8Array) return Buffer.concat([cborHead(2, value.length), value]);
  const entries = [...value].flatMap(([key, entry]) => [cbor(key), cbor(entry)]);
  return Buffer.concat([cborHead(5, value.size), ...entries]);
}

function cborHead(major: number, argument: number): Buffer {
  const type = major << 5;
  if (argument < 24) return Buffer.from([type | argument]);
  if (argument < 256) return Buffer.from([type | 24, argument]);
  return Buffer.from([type | 25, argument >> 8, argument & 255]);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
