import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, type Server, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { firstCertificate, secondCertificate } from "./test-certificates.ts";
import { type TlsEnd, openTlsEnd } from "./tls-end.ts";

let scratch: string;
let server: Server;
let tlsEnd: TlsEnd;
let warnings: string[];

beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), "ringfence-tls-"));
  warnings = [];
  write(firstCertificate);
  tlsEnd = openTlsEnd(
    { certificatePath: join(scratch, "tls.crt"), keyPath: join(scratch, "tls.key") },
    {
      accept: (socket) => socket.end(),
      log: { warn: (_fields, message) => warnings.push(message) },
      certificateCheckMs: 20,
    },
  );
  server = createServer((socket) => tlsEnd.handshake(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(() => {
  tlsEnd[Symbol.dispose]();
  server.close();
  rmSync(scratch, { recursive: true });
});

function write({ certificate, key }: typeof firstCertificate): void {
  writeFileSync(join(scratch, "tls.crt"), certificate);
  writeFileSync(join(scratch, "tls.key"), key);
}

/** The name that the server shows now. */
async function nameShown(): Promise<string | string[] | undefined> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return subject.CN;
}

describe("the certificate", () => {
  it("is read again when its files change, without a restart", async () => {
    expect(await nameShown()).toBe("first");
    write(secondCertificate);
    await vi.waitFor(async () => expect(await nameShown()).toBe("second"), 5_000);
  });

  it("stays the one before when the new one does not fit its key", async () => {
    write({ ...secondCertificate, key: firstCertificate.key });
    await vi.waitFor(() => expect(warnings).not.toEqual([]), 5_000);
    expect(await nameShown()).toBe("first");
    write(secondCertificate);
    await vi.waitFor(async () => expect(await nameShown()).toBe("second"), 5_000);
  });
});
