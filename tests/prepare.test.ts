import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const scripts = join(import.meta.dirname, "../scripts");

let checkout: string;

beforeEach(() => {
  checkout = realpathSync(mkdtempSync(join(tmpdir(), "ringfence-prepare-")));
  mkdirSync(join(checkout, "scripts"));
  cpSync(join(scripts, "prepare.mjs"), join(checkout, "scripts/prepare.mjs"));
  cpSync(join(scripts, "prepare"), join(checkout, "scripts/prepare"), { recursive: true });
  lock({ a: { version: "1.0.0" }, tool: { version: "1.0.0", dev: true } });
  npmDoes(`
    rm -rf node_modules
    mkdir -p node_modules/.bin
    ln -s "${process.execPath}" node_modules/.bin/node
    cp package-lock.json node_modules/.package-lock.json
  `);
});

afterEach(() => {
  rmSync(checkout, { recursive: true });
});

type Packages = Record<string, { version: string; dev?: boolean; optional?: boolean }>;

function lockText(packages: Packages): string {
  const named = Object.entries(packages).map(([name, entry]) => [`node_modules/${name}`, entry]);
  return JSON.stringify({ packages: { "": {}, ...Object.fromEntries(named) } });
}

function lock(packages: Packages): void {
  writeFileSync(join(checkout, "package-lock.json"), lockText(packages));
}

/** A registry is not for tests: in place of npm stands this, which notes how it was called. */
function npmDoes(script: string): void {
  mkdirSync(join(checkout, "tools"), { recursive: true });
  writeFileSync(
    join(checkout, "tools/npm"),
    `#!/bin/sh\nset -e\necho "$@" >> "${checkout}/npm.log"\n${script}`,
    { mode: 0o755 },
  );
}

function npmCalls(): string[] {
  const log = join(checkout, "npm.log");
  return existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : [];
}

async function prepare(...parameters: string[]) {
  const child = spawn(process.execPath, ["scripts/prepare.mjs", ...parameters], {
    cwd: checkout,
    env: { PATH: `${checkout}/tools:${process.env["PATH"]}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, said: (await said).join("") };
}

describe("the preparation of a checkout", () => {
  it("installs once, and then has nothing to do or to say", async () => {
    const first = await prepare("--development");
    expect(first.code).toBe(0);
    expect(first.said).toMatch(/^Installing what Ringfence needs .* done in \d+ s\n$/);
    expect(await prepare("--development")).toEqual({ code: 0, said: "" });
    expect(npmCalls()).toHaveLength(1);
    expect(npmCalls()[0]).toMatch(/^ci --include=dev .*--ignore-scripts/);
  });

  it("installs again when the lock file names another version", async () => {
    await prepare("--development");
    lock({ a: { version: "1.0.1" }, tool: { version: "1.0.0", dev: true } });
    await prepare("--development");
    expect(npmCalls()).toHaveLength(2);
  });

  it("accepts what was installed by hand", async () => {
    mkdirSync(join(checkout, "node_modules"));
    const packages = { a: { version: "1.0.0" }, tool: { version: "1.0.0" } };
    writeFileSync(join(checkout, "node_modules/.package-lock.json"), lockText(packages));
    expect((await prepare("--development")).code).toBe(0);
    expect(npmCalls()).toEqual([]);
  });

  it("installs the tools too where only what runs was installed", async () => {
    mkdirSync(join(checkout, "node_modules"));
    const packages = { a: { version: "1.0.0" } };
    writeFileSync(join(checkout, "node_modules/.package-lock.json"), lockText(packages));
    await prepare("--development");
    expect(npmCalls()).toHaveLength(1);
  });

  it("misses nothing that is for another system", async () => {
    await prepare("--development");
    lock({ a: { version: "1.0.0" }, elsewhere: { version: "1.0.0", optional: true } });
    await prepare("--development");
    expect(npmCalls()).toHaveLength(1);
  });

  it("leaves the tools out for running", async () => {
    npmDoes("exit 1");
    await prepare();
    expect(npmCalls()[0]).toMatch(/^ci --omit=dev /);
  });

  it.each([
    ["npm error code ENOTFOUND", "registry cannot be reached"],
    ["npm error code ETIMEDOUT", "registry cannot be reached"],
    ["npm error code ENOSPC", "The disk is full"],
    ["npm error code EACCES", "cannot be written to"],
    ["npm error code ELSE something odd", "npm error code ELSE something odd"],
  ])("says what to do about %o", async (failure, advice) => {
    npmDoes(`echo "${failure}" >&2; exit 1`);
    const { code, said } = await prepare("--development");
    expect(code).toBe(1);
    expect(said).toContain(advice);
    expect(said).not.toMatch(/\bat .*:\d+:\d+/);
  });

  it("installs once when two begin at the same time", async () => {
    const both = await Promise.all([prepare("--development"), prepare("--development")]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(npmCalls()).toHaveLength(1);
  });

  it("goes on where one that was killed left its lock", async () => {
    const killed = spawn(process.execPath, ["--eval", ""]);
    await once(killed, "close");
    writeFileSync(join(checkout, ".prepare-lock"), String(killed.pid));
    expect((await prepare("--development")).code).toBe(0);
    expect(existsSync(join(checkout, ".prepare-lock"))).toBe(false);
  });
});
