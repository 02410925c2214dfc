import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

/**
 * What an operator copies: systemd's units, the image, the compose files. No container engine runs
 * them here; what can be read of them is held against what there is.
 */
const root = join(import.meta.dirname, "..");
const unitsFolder = join(root, "docs", "systemd");
const units = readdirSync(unitsFolder);
const composeFiles = readdirSync(root).filter((name) => /^compose.*\.yaml$/.test(name));
const read = (name: string) => readFileSync(join(root, name), "utf8");

/** The settings that there are, by the file that describes each of them. */
const settings = new Set(
  [...read(".env.example").matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name ?? ""),
);
/** What the files set for others than the server. */
const foreign = new Set([
  "KEEP",
  "NODE_COMPILE_CACHE",
  "PATH",
  "PUBLIC_HOST",
  "POSTGRES_DB",
  "POSTGRES_PASSWORD",
  "POSTGRES_USER",
]);

/** What stands where a setting has its name, in YAML, in a Dockerfile and in a unit. */
function settingsIn(text: string): string[] {
  const patterns = [
    /^ +([A-Z][A-Z_]+): /gm,
    /^(?:ENV|Environment=| +)\s?([A-Z][A-Z_]+)=/gm,
    /\$\{([A-Z][A-Z_]+)/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name]) => name ?? ""));
}

describe("the files to run it by", () => {
  test("set nothing that the server does not know", () => {
    const files = [
      "Dockerfile",
      ...composeFiles,
      ...units.map((unit) => join("docs", "systemd", unit)),
    ];
    const named = files.flatMap((file) => settingsIn(read(file)));
    expect(named).toContain("DATA_DIR");
    expect(named).toContain("KEEP");
    expect(named).toContain("PORT");
    const unknown = named.filter((name) => !settings.has(name) && !foreign.has(name));
    expect([...new Set(unknown)]).toEqual([]);
  });

  test("name no path of the checkout that is not there", () => {
    const texts = ["Dockerfile", ...units.map((unit) => join("docs", "systemd", unit))].map(read);
    const paths = texts.flatMap((text) => [
      ...[...text.matchAll(/^COPY --from=build \/app\/(\S+)/gm)].map(([, path]) => path ?? ""),
      ...[...text.matchAll(/[\w./-]+\.(?:ts|mjs|md)\b/g)].map(([path]) =>
        path.replace("/opt/ringfence/", ""),
      ),
    ]);
    expect(paths.length).toBeGreaterThan(10);
    // The build makes it.
    const made = new Set(["apps/web/dist"]);
    expect(paths.filter((path) => !made.has(path) && !existsSync(join(root, path)))).toEqual([]);
  });

  test("let neither settings nor data into the image", () => {
    const ignored = read(".dockerignore").split("\n");
    for (const private_ of [".env", "data", "data-*", ".git"]) expect(ignored).toContain(private_);
    expect(read("Dockerfile")).toMatch(/^USER ringfence$/m);
  });

  test.each(composeFiles)("run it without rights and on a file system to read: %s", (file) => {
    const text = read(file);
    expect(text).toContain("read_only: true");
    expect(text).toMatch(/cap_drop:\n +- ALL/);
    expect(text).toContain("no-new-privileges:true");
  });
});

const hasTool = spawnSync("systemd-analyze", ["--version"]).status === 0;
if (!hasTool) console.warn("systemd's units are not tried: systemd-analyze is not installed here.");

describe.skipIf(!hasTool)("systemd's units", () => {
  test("are what systemd understands", () => {
    const directory = mkdtempSync(join(tmpdir(), "ringfence-units-"));
    try {
      for (const unit of units) {
        const text = read(join("docs", "systemd", unit)).replaceAll(
          "/opt/ringfence/node_modules/.bin/node",
          process.execPath,
        );
        writeFileSync(join(directory, unit), text);
      }
      const paths = units.map((unit) => join(directory, unit));
      const { status, stderr } = spawnSync("systemd-analyze", ["verify", ...paths], {
        encoding: "utf8",
      });
      const ofOurs = stderr.split("\n").filter((line) => line.includes("ringfence"));
      expect({ status, ofOurs }).toEqual({ status: 0, ofOurs: [] });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test.each(units.filter((unit) => unit.endsWith(".service")))(
    "leave little to whoever breaks into it: %s",
    (unit) => {
      const answer = spawnSync(
        "systemd-analyze",
        ["security", "--offline=true", "--threshold=25", join(unitsFolder, unit)],
        { encoding: "utf8" },
      );
      expect(answer.stdout).toContain("Overall exposure level");
      expect(answer.status).toBe(0);
    },
  );
});
