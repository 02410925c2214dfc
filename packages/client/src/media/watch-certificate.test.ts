import type { Fingerprint } from "@ringfence/e2ee";
import { beforeEach, expect, test } from "vitest";
import { watchCertificate } from "./watch-certificate.ts";

const own = Uint8Array.of(1, 2, 3);
const strangers = Uint8Array.of(1, 2, 4);

/** What a browser tells of DTLS, as far as it is looked at. */
class FakeTransport extends EventTarget {
  state: RTCDtlsTransportState = "new";
  certificates: ArrayBuffer[] = [];

  getRemoteCertificates(): ArrayBuffer[] {
    return this.certificates;
  }

  agreeWith(certificate: Uint8Array<ArrayBuffer>): void {
    this.state = "connected";
    this.certificates = [certificate.buffer];
    this.dispatchEvent(new Event("statechange"));
  }
}

class FakeConnection extends EventTarget {
  sctp: { transport: object } | null = null;

  open(transport: object): void {
    this.sctp = { transport };
    this.dispatchEvent(new Event("signalingstatechange"));
  }
}

let connection: FakeConnection;
let transport: FakeTransport;
let signed: Fingerprint | null;
let wrong: number;

beforeEach(async () => {
  connection = new FakeConnection();
  transport = new FakeTransport();
  wrong = 0;
  signed = await fingerprintOf(own);
  watchCertificate(
    connection as unknown as RTCPeerConnection,
    () => signed,
    () => (wrong += 1),
  );
});

async function fingerprintOf(certificate: Uint8Array<ArrayBuffer>): Promise<Fingerprint> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", certificate));
  return { algorithm: "sha-256", hash };
}

/** As long as a look takes: what is digested after it has been digested last. */
async function looked(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await crypto.subtle.digest("SHA-256", own);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("the certificate that was signed is nothing to tell of", async () => {
  connection.open(transport);
  transport.agreeWith(own);
  await looked();
  expect(wrong).toBe(0);
});

test("another certificate than the one that was signed is told of", async () => {
  connection.open(transport);
  transport.agreeWith(strangers);
  await expect.poll(() => wrong).toBe(1);
});

test("another one that comes on a connection that stands is told of", async () => {
  connection.open(transport);
  transport.agreeWith(own);
  await looked();
  transport.agreeWith(strangers);
  await expect.poll(() => wrong).toBe(1);
});

test("a transport that was connected before it was seen is looked at", async () => {
  transport.agreeWith(strangers);
  connection.open(transport);
  await expect.poll(() => wrong).toBe(1);
});

test("the hash is the one that the description names", async () => {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-512", own));
  signed = { algorithm: "sha-512", hash };
  connection.open(transport);
  transport.agreeWith(own);
  await looked();
  expect(wrong).toBe(0);
});

test("nothing is said before a description was signed, nor where the browser shows no certificate", async () => {
  signed = null;
  connection.open(transport);
  transport.agreeWith(strangers);
  signed = await fingerprintOf(own);
  connection.open(Object.assign(new EventTarget(), { state: "connected" }));
  await looked();
  expect(wrong).toBe(0);
});
