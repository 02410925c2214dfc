import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
} from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { PushMessage, PushSubscription } from "@ringfence/protocol";
import { firstCertificate } from "../http/test-certificates.ts";

/** A push as it reached the service, and as the browser reads it. */
export interface TestPush {
  path: string;
  headers: IncomingHttpHeaders;
  /** The encrypted body. */
  body: Buffer;
}

/** A push service of the test's own, at https://localhost. Its certificate has to be trusted. */
export interface TestPushService extends AsyncDisposable {
  readonly origin: string;
  readonly pushes: TestPush[];
  /** The status to answer a push with, now or later; 201 where nothing is said. */
  answer: (push: TestPush) => number | Promise<number>;
  /** Headers of the answer. */
  answerHeaders: Record<string, string>;
  /** Resolves with the push of this number, counted from 1, once it is there. */
  push(number: number): Promise<TestPush>;
}

/** The certificate to trust, as NODE_EXTRA_CA_CERTS would have this process do. */
export const pushServiceCertificate = firstCertificate.certificate;

export function trustPushService(): void {
  setDefaultCACertificates([...getCACertificates("default"), pushServiceCertificate]);
}

export async function startPushService(): Promise<TestPushService> {
  const pushes: TestPush[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(
    { cert: firstCertificate.certificate, key: firstCertificate.key },
    async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { url = "", headers } = request;
      const push = { path: url, headers, body: Buffer.concat(chunks) };
      pushes.push(push);
      for (const tell of waiting) tell();
      response.writeHead(await service.answer(push), service.answerHeaders).end("not to be read");
    },
  );
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const service: TestPushService = {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    pushes,
    answer: () => 201,
    answerHeaders: {},
    async push(number) {
      while (pushes.length < number) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        await promise;
        waiting.delete(resolve);
      }
      return pushes[number - 1] as TestPush;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return service;
}

/** What a browser holds of a subscription: its keys, and so the only one that can read a push. */
export class TestBrowser {
  readonly #ecdh = createECDH("prime256v1");
  readonly #auth = randomBytes(16);
  readonly subscription: PushSubscription;

  constructor(endpoint: string) {
    const p256dh = this.#ecdh.generateKeys("base64url");
    this.subscription = {
      endpoint,
      keys: { p256dh, auth: this.#auth.toString("base64url") },
    };
  }

  /** RFC 8291 §3.4 and RFC 8188 §2: the padded text of a push. */
  decrypt({ body }: TestPush): Buffer {
    const salt = body.subarray(0, 16);
    const keyLength = body.readUInt8(20);
    const theirs = body.subarray(21, 21 + keyLength);
    const cipher = body.subarray(21 + keyLength);
    const secret = this.#ecdh.computeSecret(theirs);
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), this.#ecdh.getPublicKey(), theirs]);
    const material = Buffer.from(hkdfSync("sha256", secret, this.#auth, info, 32));
    const derive = (label: string, length: number) =>
      Buffer.from(
        hkdfSync("sha256", material, salt, Buffer.from(`Content-Encoding: ${label}\0`), length),
      );
    const decipher = createDecipheriv("aes-128-gcm", derive("aes128gcm", 16), derive("nonce", 12));
    decipher.setAuthTag(cipher.subarray(-16));
    const record = Buffer.concat([decipher.update(cipher.subarray(0, -16)), decipher.final()]);
    // RFC 8188 §2: a delimiter, 2 in the last record, and zeros.
    return record.subarray(0, record.lastIndexOf(2));
  }

  read(push: TestPush): PushMessage {
    return JSON.parse(this.decrypt(push).toString()) as PushMessage;
  }
}

/** RFC 8292: the claims of a push, once its signature was found to be of this key. */
export function claimsOf({ headers }: TestPush, publicKey: string): Record<string, unknown> {
  const [, token = "", key = ""] =
    /^vapid t=(\S+), k=(\S+)$/.exec(headers.authorization ?? "") ?? [];
  if (key !== publicKey) throw new Error("signed with another key");
  const [head = "", claims = "", signature = ""] = token.split(".");
  const point = Buffer.from(publicKey, "base64url");
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url"),
  };
  const isRight = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  if (!isRight) throw new Error("the signature is wrong");
  return JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
}
