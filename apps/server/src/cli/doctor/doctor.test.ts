import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createInProcessBus } from "../../bus/in-process-bus.ts";
import { databaseFile, relaySecretFile, vapidKeyFile } from "../../data-directory.ts";
import { firstCertificate, secondCertificate } from "../../http/test-certificates.ts";
import { openSqliteStore } from "../../store/group-commit.ts";
import { freePort } from "../test-free-port.ts";
import { ringfence } from "../test-ringfence.ts";
import { type Examination, examine, faultIn } from "./test-doctor.ts";
import {
  chainlessCertificate,
  expiredCertificate,
  otherNameCertificate,
} from "./test-faulty-certificates.ts";

let directory: string;
let settings: Record<string, string>;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ringfence-doctor-"));
  settings = { HOST: "127.0.0.1", PORT: String(await freePort()) };
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const look = (more: Record<string, string> = {}): Promise<Examination> =>
  examine({ directory, settings: { ...settings, ...more } });

const dataDirectory = () => join(directory, "data");

/** A database as a server leaves it behind. */
async function makeDatabase(now = Date.now()): Promise<string> {
  mkdirSync(dataDirectory(), { mode: 0o700 });
  const path = join(dataDirectory(), databaseFile);
  const bus = createInProcessBus();
  await using store = await openSqliteStore(path, { bus, now: () => now, logError: console.error });
  await store.write(async ({ db }) => {
    const row = { name: "ready-check", value: String(now) } as const;
    await db.insertInto("server_note").values(row).execute();
  });
  return path;
}

describe("ringfence doctor", { timeout: 60_000 }, () => {
  it("without a server looks at what there is, and says what it left out", async () => {
    const examined = await look();
    expect(examined.findings.filter(({ level }) => level === "fault")).toEqual([]);
    expect(examined.exitCode).toBe(0);
    expect(examined.of("server")).toMatchObject([{ level: "warning" }]);
    expect(examined.of("relay")).toEqual([]);
    expect(examined.of("data")).toMatchObject([{ found: expect.stringMatching(/not there yet/) }]);
  });

  it("leaves nothing behind in the data directory", async () => {
    await makeDatabase();
    const before = statSync(dataDirectory()).mode;
    await look();
    expect(execFileSync("ls", [dataDirectory()], { encoding: "utf8" })).not.toContain("doctor");
    expect(statSync(dataDirectory()).mode).toBe(before);
  });

  it("has a line for each check, for people too", async () => {
    const command = ringfence(["doctor"], { directory, settings });
    expect(await command.exited()).toBe(0);
    const said = command.said();
    expect(said).toMatch(/^good {5}settings {6}They fit together\./m);
    expect(said).toMatch(/^warning {2}server {8}No server runs on .* Start it, /m);
    expect(said).toMatch(/^0 faults, \d+ warnings?, \d+ checks without a complaint\.$/m);
  });

  it("reads settings from .env, as the server does", async () => {
    writeFileSync(join(directory, ".env"), "PUBLIC_ORIGIN=http://calls.example.org\n");
    expect(faultIn(await look(), "settings")).toMatch(/^PUBLIC_ORIGIN begins with http:/m);
  });
});

describe("the doctor names a setting that is wrong", { timeout: 60_000 }, () => {
  it.each<[Record<string, string>, RegExp]>([
    [{ TLS_CERT: "/c.pem" }, /^TLS_CERT and TLS_KEY belong together/],
    [{ PUBLIC_ORIGIN: "calls.example.org" }, /^PUBLIC_ORIGIN is what people type/],
    [{ PUBLIC_ORIGIN: "https://calls.example.org" }, /but nothing speaks TLS/],
    [{ PORT: "0" }, /^PORT is a number/],
    [
      { PUBLIC_ORIGIN: "https://calls.example.org", TRUST_PROXY: "1" },
      /keeps calls on this machine/,
    ],
  ])("%o", async (wrong, words) => {
    expect(faultIn(await look(wrong), "settings")).toMatch(words);
  });
});

describe("the doctor names what is wrong with a certificate", { timeout: 60_000 }, () => {
  it.each<[string, { certificate: string; key: string }, RegExp]>([
    ["it expired", expiredCertificate, /^It expired on 2025-02-01/],
    ["it is for another name", otherNameCertificate, /^It is not for localhost, but for .*other/],
    [
      "its key is another's",
      { ...firstCertificate, key: secondCertificate.key },
      /does not belong to the certificate/,
    ],
    ["its chain is missing", chainlessCertificate, /are missing from the file/],
    ["its key is no key", { ...firstCertificate, key: "hello" }, /tls\.key cannot be read/],
  ])("%s", async (_, pair, words) => {
    const files = { TLS_CERT: join(directory, "tls.crt"), TLS_KEY: join(directory, "tls.key") };
    writeFileSync(files.TLS_CERT, pair.certificate);
    writeFileSync(files.TLS_KEY, pair.key);
    expect(faultIn(await look(files), "certificate")).toMatch(words);
  });

  it("one that is good is said to be", async () => {
    const files = { TLS_CERT: join(directory, "tls.crt"), TLS_KEY: join(directory, "tls.key") };
    writeFileSync(files.TLS_CERT, firstCertificate.certificate);
    writeFileSync(files.TLS_KEY, firstCertificate.key);
    expect((await look(files)).of("certificate")).toMatchObject([
      { level: "good", found: expect.stringMatching(/is for localhost, until 2126-10-28/) },
    ]);
  });
});

describe("the doctor names what is wrong with the data", { timeout: 60_000 }, () => {
  it("a directory that cannot be written", async ({ skip }) => {
    const closed = join(directory, "closed");
    mkdirSync(closed);
    if (process.getuid?.() === 0) {
      // Root may write anywhere but where nobody can.
      const problem = mount("ro,size=1m", closed);
      if (problem !== null) skip(problem);
    } else chmodSync(closed, 0o500);
    try {
      expect(faultIn(await look({ DATA_DIR: closed }), "data")).toMatch(
        /may only be read|cannot write to/,
      );
    } finally {
      unmount(closed);
    }
  });

  it("a path that is a file", async () => {
    writeFileSync(join(directory, "data"), "");
    expect(faultIn(await look(), "data")).toMatch(/cannot write to .*\(ENOTDIR\)/);
  });

  it("a disk that is full", async ({ skip }) => {
    const full = join(directory, "full");
    mkdirSync(full);
    const problem = mount("size=256k", full);
    if (problem !== null) skip(problem);
    try {
      fill(join(full, "ballast"));
      const examined = await look({ DATA_DIR: full });
      expect(faultIn(examined, "disk")).toMatch(/^0 MiB are free/);
      expect(faultIn(examined, "data")).toMatch(/is full \(ENOSPC\)/);
    } finally {
      unmount(full);
    }
  });

  it("a directory that others can look into", async () => {
    await makeDatabase();
    chmodSync(dataDirectory(), 0o755);
    chmodSync(join(dataDirectory(), databaseFile), 0o644);
    expect((await look()).of("data")).toContainEqual(
      expect.objectContaining({ level: "warning", todo: expect.stringMatching(/chmod 700/) }),
    );
  });

  it("a database of which a page is overwritten", async () => {
    const path = await makeDatabase();
    const file = openSync(path, "r+");
    const page = 4_096;
    const pages = Math.floor(statSync(path).size / page);
    for (let number = 2; number < pages; number += 2) {
      writeSync(file, Buffer.alloc(page / 2, 0xa5), 0, page / 2, number * page);
    }
    closeSync(file);
    expect(faultIn(await look(), "database")).toMatch(/is damaged|cannot be used/);
  });

  it("a file that is no database", async () => {
    mkdirSync(dataDirectory(), { mode: 0o700 });
    writeFileSync(join(dataDirectory(), databaseFile), "hello ".repeat(1_000));
    expect(faultIn(await look(), "database")).toMatch(/cannot be used/);
  });

  it("a database of a newer version", async () => {
    const path = await makeDatabase();
    using database = new DatabaseSync(path);
    database.exec("INSERT INTO kysely_migration VALUES ('9999-from-the-future', '2040-01-01')");
    expect(faultIn(await look(), "database")).toMatch(/newer version .*9999-from-the-future/);
  });

  it("a database of an older version, which the next start brings forward", async () => {
    const path = await makeDatabase();
    using database = new DatabaseSync(path);
    database.exec("DELETE FROM kysely_migration WHERE name > '0002'");
    expect((await look()).of("database")).toContainEqual(
      expect.objectContaining({ level: "warning", found: expect.stringMatching(/older version/) }),
    );
  });

  it("a clock that went backwards since the server last wrote", async () => {
    await makeDatabase(Date.now() + 3_600_000);
    expect(faultIn(await look(), "clock")).toMatch(/it went backwards/);
  });

  it("a key for pushes that is none, or that is gone while devices count on it", async () => {
    const path = await makeDatabase();
    writeFileSync(join(dataDirectory(), vapidKeyFile), "hello");
    expect(faultIn(await look(), "push")).toMatch(/vapid-key, .* is no key/);
    rmSync(join(dataDirectory(), vapidKeyFile));
    using database = new DatabaseSync(path);
    database.exec(`PRAGMA foreign_keys = OFF; INSERT INTO push_subscription
      VALUES ('d', 'a', 'https://updates.push.services.mozilla.com/x', 'k', 's', 0)`);
    expect(faultIn(await look(), "push")).toMatch(/vapid-key, .* is gone/);
  });

  it("a secret that this user cannot read", async () => {
    mkdirSync(join(dataDirectory(), relaySecretFile), { recursive: true, mode: 0o700 });
    expect(faultIn(await look(), "secret")).toMatch(/cannot read relay-secret/);
  });
});

/** Puts a file system in memory at a path; says why where it cannot. */
function mount(options: string, path: string): string | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    return "Only root on Linux can make a disk that is full.";
  }
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "none", path], { stdio: "pipe" });
    return null;
  } catch (error) {
    return `A file system in memory could not be mounted: ${(error as Error).message}`;
  }
}

function unmount(path: string): void {
  try {
    execFileSync("umount", [path], { stdio: "pipe" });
  } catch {
    // It was not mounted: the test says why.
  }
}

function fill(path: string): void {
  const file = openSync(path, "w");
  try {
    for (;;) writeSync(file, Buffer.alloc(4_096));
  } catch {
    // Full, as it should be.
  } finally {
    closeSync(file);
  }
}
