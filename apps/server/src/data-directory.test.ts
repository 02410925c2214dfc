import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDataDirectory } from "./data-directory.ts";
import { makeVapidKey, vapidKeysOf } from "./push/vapid-key.ts";

let scratch: string;
let path: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "ringfence-data-"));
  path = join(scratch, "kept", "data");
});

afterEach(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/** Another process that holds the directory until it is killed. */
async function holdElsewhere() {
  const script = `
    import { openDataDirectory } from ${JSON.stringify(import.meta.resolve("./data-directory.ts"))};
    globalThis.held = openDataDirectory(${JSON.stringify(path)});
    console.log("held");
    setInterval(() => {}, 1000);
  `;
  const holder = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(holder.stdout, "data");
  return holder;
}

describe("the data directory", () => {
  it("is made where it is missing, for this user alone", () => {
    using _ = openDataDirectory(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it("keeps the mode that it had, and what is made in it is closed to other users", () => {
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o755);
    using directory = openDataDirectory(path);
    directory.secret("secret");
    expect(statSync(path).mode & 0o777).toBe(0o755);
    for (const file of readdirSync(path)) {
      expect(statSync(join(path, file)).mode & 0o077).toBe(0);
    }
  });

  it("makes a secret anew where its file was emptied", () => {
    using directory = openDataDirectory(path);
    writeFileSync(directory.file("secret"), "");
    const secret = directory.secret("secret");
    expect(secret.length).toBeGreaterThan(40);
    expect(directory.secret("secret")).toBe(secret);
  });

  it("is held by one process at a time, and free again when that one is killed", async () => {
    const holder = await holdElsewhere();
    expect(() => openDataDirectory(path)).toThrow(
      `Ringfence already runs on ${path}. Stop it first, or give this one its own DATA_DIR and PORT.`,
    );
    holder.kill("SIGKILL");
    await once(holder, "exit");
    using directory = openDataDirectory(path);
    expect(directory.file("ringfence.sqlite")).toBe(join(path, "ringfence.sqlite"));
  });

  it("is free again when it is let go", () => {
    openDataDirectory(path)[Symbol.dispose]();
    using _ = openDataDirectory(path);
    expect(existsSync(path)).toBe(true);
  });

  it("keeps a secret that nobody else can read", () => {
    let made: string;
    {
      using directory = openDataDirectory(path);
      made = directory.secret("relay-secret");
      expect(made).toMatch(/^[\w-]{43}$/);
      expect(statSync(directory.file("relay-secret")).mode & 0o777).toBe(0o600);
      expect(directory.secret("relay-secret")).toBe(made);
      expect(directory.secret("another-secret")).not.toBe(made);
    }
    using again = openDataDirectory(path);
    expect(again.secret("relay-secret")).toBe(made);
  });

  it("keeps a secret of another kind as it was made, for this user alone", () => {
    using directory = openDataDirectory(path);
    const made = directory.secret("vapid-key", makeVapidKey);
    expect(() => vapidKeysOf(made)).not.toThrow();
    expect(directory.secret("vapid-key", makeVapidKey)).toBe(made);
    expect(statSync(directory.file("vapid-key")).mode & 0o777).toBe(0o600);
  });

  it("makes a secret anew when a crash left only a draft of it", () => {
    using directory = openDataDirectory(path);
    writeFileSync(directory.file("relay-secret.new"), "half");
    expect(directory.secret("relay-secret")).toMatch(/^[\w-]{43}$/);
    expect(readdirSync(path)).not.toContain("relay-secret.new");
  });

  it("says what to do when the path is a file", () => {
    writeFileSync(join(scratch, "kept"), "");
    expect(() => openDataDirectory(path)).toThrow("choose another with DATA_DIR");
  });

  it("says what to do when the lock file is something else", () => {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "lock.sqlite"), "this is no database, and long enough to tell");
    expect(() => openDataDirectory(path)).toThrow("choose another with DATA_DIR");
  });
});
