import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type WebBuild, readWebBuild } from "../apps/server/src/http/web-build.ts";

const repository = join(import.meta.dirname, "..");
const buildTimeoutMs = 180_000;

/** What the build reads that is no code of ours and ends up in what it writes. */
const bundled = bundledPackages();

let root: string;
let builds: (WebBuild | null)[];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "ringfence-build-"));
  builds = [
    await buildIn(join(root, "one"), { TZ: "Pacific/Auckland", LANG: "C" }),
    await buildIn(join(root, "a folder elsewhere/two"), { TZ: "UTC", LANG: "en_US.UTF-8" }),
  ];
}, 2 * buildTimeoutMs);

afterAll(() => rmSync(root, { recursive: true }));

it("the web app that is built in two folders, in two time zones, is the same to the last byte", () => {
  const [one, two] = builds;
  expect(one?.name).toMatch(/^([\da-f]{4}-){4}[\da-f]{4}$/);
  expect(two?.list).toBe(one?.list);
});

it("what is compared has the page, everything that it loads, and the worker", () => {
  const files = builds[0]?.list.split("\n").map((line) => line.slice(66)) ?? [];
  expect(files).toEqual(expect.arrayContaining(["index.html", "service-worker.js"]));
  const dist = join(root, "one/apps/web/dist");
  const named = [
    ...readFileSync(join(dist, "index.html"), "utf8").matchAll(/"\/(assets\/[^"]+)"/g),
  ];
  expect(named.length).toBeGreaterThan(2);
  expect(files).toEqual(expect.arrayContaining(named.map(([, name]) => name)));
  expect(readdirSync(join(dist, "assets")).filter((name) => /\.(js|css)$/.test(name)).length).toBe(
    files.filter((name) => name.startsWith("assets/")).length,
  );
});

/** Builds a copy of the sources, with its own copy of every package that is bundled. */
async function buildIn(folder: string, environment: NodeJS.ProcessEnv): Promise<WebBuild | null> {
  for (const place of ["apps/web", "packages", "package.json", "tsconfig.base.json"]) {
    cpSync(join(repository, place), join(folder, place), { recursive: true, filter: notBuilt });
  }
  for (const name of installedPackages()) {
    const [from, to] = [repository, folder].map((each) => join(each, "node_modules", name));
    if (from === undefined || to === undefined) continue;
    mkdirSync(dirname(to), { recursive: true });
    if (name.startsWith("@ringfence/")) {
      const own = join(folder, name === "@ringfence/web" ? "apps/web" : "packages", name.slice(11));
      symlinkSync(own, to);
    } else if (bundled.has(name)) cpSync(from, to, { recursive: true });
    else symlinkSync(from, to);
  }
  const vite = join(repository, "node_modules/vite/bin/vite.js");
  await promisify(execFile)(process.execPath, [vite, "build", "--logLevel=warn"], {
    cwd: join(folder, "apps/web"),
    env: { PATH: process.env["PATH"], NODE_ENV: "production", ...environment },
    timeout: buildTimeoutMs,
  });
  return readWebBuild(join(folder, "apps/web/dist"));
}

function notBuilt(path: string): boolean {
  return !/\/(dist|node_modules)$/.test(path);
}

function installedPackages(): string[] {
  const modules = join(repository, "node_modules");
  return readdirSync(modules).flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(modules, name)).map((each) => `${name}/${each}`) : name,
  );
}

/** Everything that the page and its packages depend on, but for what builds it. */
function bundledPackages(): Set<string> {
  const { packages } = JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dependencies?: Record<string, string>; resolved?: string }>;
  };
  const found = new Set<string>();
  const add = (place: string) => {
    for (const name of Object.keys(packages[place]?.dependencies ?? {})) {
      if (found.has(name) || /^(vite|@vitejs\/.*)$/.test(name)) continue;
      found.add(name);
      add(name.startsWith("@ringfence/") ? `packages/${name.slice(11)}` : `node_modules/${name}`);
    }
  };
  add("apps/web");
  return found;
}
