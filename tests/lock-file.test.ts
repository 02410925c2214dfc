import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { sourceFiles } from "./source-files.ts";

interface LockedPackage {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  hasInstallScript?: boolean;
  version?: string;
  integrity?: string;
  resolved?: string;
  link?: boolean;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
}

const { packages } = JSON.parse(
  readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"),
) as { packages: Record<string, LockedPackage> };

/** Where Node would look for a package, from the place of the one that wants it. */
function placesOf(wanted: string, from: string): string[] {
  const folders = from.split("/node_modules/");
  return folders
    .map((_, depth) => [...folders.slice(0, folders.length - depth), wanted].join("/node_modules/"))
    .concat(`node_modules/${wanted}`);
}

it("the lock file holds every package that another wants, or npm ci refuses it", () => {
  const missing = Object.entries(packages).flatMap(([place, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter((wanted) => !placesOf(wanted, place).some((found) => found in packages))
      .map((wanted) => `${wanted}, wanted by ${place}`),
  );
  expect(missing).toEqual([]);
});

/** Everything that is downloaded: our own packages are links into this checkout. */
const downloaded = Object.entries(packages).filter(
  ([place, { link }]) => place.includes("node_modules/") && link !== true,
);

it("every dependency of ours is pinned to one version", () => {
  const loose = sourceFiles("{.,packages/*,apps/*}/package.json").flatMap(({ path, text }) => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(text) as Record<
      string,
      Record<string, string> | undefined
    >;
    return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
      .filter(([name, version]) =>
        name.startsWith("@ringfence/") ? version !== "*" : !/^\d+\.\d+\.\d+$/.test(version),
      )
      .map(([name, version]) => `${path}: ${name} ${version}`);
  });
  expect(loose).toEqual([]);
});

it("every package comes from the registry by its version, from no address of its own", () => {
  const strays = downloaded.filter(
    ([, { version = "", resolved }]) =>
      !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) || resolved !== undefined,
  );
  expect(strays.map(([place]) => place)).toEqual([]);
});

it("every package is held to a hash, but for tools of development for other systems", () => {
  const free = downloaded.filter(([, { integrity = "" }]) => !/^sha512-.{88}$/.test(integrity));
  // Where this file was made, the registry had none of these; they run where somebody works on it.
  const others = free.filter(([, { dev, optional, os }]) => dev && optional && os !== undefined);
  expect(free.map(([place]) => place)).toEqual(others.map(([place]) => place));
  expect(downloaded.length).toBeGreaterThan(300);
});

it("installing runs no script of any package, and one that has a script works without it", () => {
  const npmrc = readFileSync(new URL("../.npmrc", import.meta.url), "utf8");
  expect(npmrc).toContain("ignore-scripts=true");
  // koffi's looks for a compiler where no prebuilt module fits; the relay then does without koffi.
  expect(Object.keys(packages).filter((place) => packages[place]?.hasInstallScript)).toEqual([
    "node_modules/koffi",
  ]);
});
