import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

interface LockedPackage {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  hasInstallScript?: boolean;
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

it("installing runs no script of any package, and one that has a script works without it", () => {
  const npmrc = readFileSync(new URL("../.npmrc", import.meta.url), "utf8");
  expect(npmrc).toContain("ignore-scripts=true");
  // koffi's looks for a compiler where no prebuilt module fits; the relay then does without koffi.
  expect(Object.keys(packages).filter((place) => packages[place]?.hasInstallScript)).toEqual([
    "node_modules/koffi",
  ]);
});
