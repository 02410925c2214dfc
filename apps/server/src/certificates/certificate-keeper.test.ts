import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { firstCertificate } from "../http/test-certificates.ts";
import type { Wait } from "../push/wait.ts";
import { AcmeFolder } from "./acme-folder.ts";
import { CertificateKeeper, type CertificateKeeperParts } from "./certificate-keeper.ts";
import { ChallengeCertificates } from "./challenge-certificates.ts";

const hourMs = 60 * 60_000;
const now = Date.parse("2027-01-01T12:00:00Z");

let directory: string;
let folder: AcmeFolder;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-keeper-"));
  folder = new AcmeFolder(join(directory, "authority"));
});

afterEach(() => rmSync(directory, { recursive: true }));

/** Lets a keeper wait so often, and gives how long it wanted to. */
async function waitsOf(count: number, parts: Partial<CertificateKeeperParts> = {}) {
  const waits: number[] = [];
  const done = Promise.withResolvers<undefined>();
  const wait: Wait = async (ms, signal) => {
    waits.push(ms);
    if (waits.length < count) return true;
    done.resolve(undefined);
    const aborted = Promise.withResolvers<boolean>();
    signal.addEventListener("abort", () => aborted.resolve(false));
    return aborted.promise;
  };
  const keeper = new CertificateKeeper({
    // Nothing listens there.
    settings: { names: ["localhost"], email: undefined, directoryUrl: "https://127.0.0.1:1/dir" },
    folder,
    challenges: new ChallengeCertificates(),
    port: 443,
    onRenewed: () => {},
    now: () => now,
    wait,
    random: () => 0,
    log: { info: () => {}, warn: () => {} },
    ...parts,
  });
  await done.promise;
  const { trouble } = keeper;
  await keeper[Symbol.asyncDispose]();
  return { waits, trouble };
}

describe("a certificate that cannot be had", () => {
  it("is asked for again, with longer and longer waits", async () => {
    const { waits, trouble } = await waitsOf(5);
    expect(waits.map((ms) => ms / 60_000)).toEqual([1, 4, 16, 64, 256]);
    expect(trouble).toBe("acme-unreachable");
  });

  it("leaves for the doctor why, and when it is tried again", async () => {
    await waitsOf(1);
    expect(folder.lastFailure()).toMatchObject({
      code: "acme-unreachable",
      found: "127.0.0.1:1 cannot be reached (ECONNREFUSED).",
      failedAt: now,
      triesAgainAt: now + 60_000,
    });
  });

  it("leaves a key for the account, so that the next attempt makes no other", async () => {
    await waitsOf(1);
    const key = folder.accountKey();
    await waitsOf(1);
    expect(folder.accountKey()).toBe(key);
  });
});

describe("a certificate that is good for long", () => {
  it("is held against the clock every hour, and nobody is asked", async () => {
    folder.keepCertificate(firstCertificate.key, firstCertificate.certificate);
    expect(await waitsOf(3)).toEqual({ waits: [hourMs, hourMs, hourMs], trouble: undefined });
  });

  it("is no reason to end or to ask for another when its file cannot be read", async () => {
    mkdirSync(folder.certificatePath, { recursive: true });
    const { waits, trouble } = await waitsOf(2);
    expect(waits.map((ms) => ms / 60_000)).toEqual([1, 4]);
    expect(trouble).toBe("acme-not-kept");
    expect(folder.lastFailure()?.code).toBe("acme-not-kept");
  });

  it("is no trouble any more once its file can be read again", async () => {
    mkdirSync(folder.certificatePath, { recursive: true });
    const warn = () => {
      rmSync(folder.certificatePath, { recursive: true });
      folder.keepCertificate(firstCertificate.key, firstCertificate.certificate);
    };
    const { waits, trouble } = await waitsOf(2, { log: { info: () => {}, warn } });
    expect({ waits, trouble }).toEqual({ waits: [60_000, hourMs], trouble: undefined });
    expect(folder.lastFailure()).toBeUndefined();
  });

  it("is asked for anew when its file was damaged", async () => {
    folder.keepCertificate("", "no certificate");
    expect((await waitsOf(1)).trouble).toBe("acme-unreachable");
  });
});
