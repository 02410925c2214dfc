import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { importsOf, sourceFiles } from "./source-files.ts";

/**
 * Who may import whom, types included. The server stands without `e2ee`: that missing edge is the
 * promise that only the two ends of a call can open it.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "packages/protocol": [],
  "packages/policy": ["protocol"],
  "packages/call": ["protocol", "policy"],
  "packages/relay": [],
  "packages/e2ee": [],
  "packages/client": ["protocol", "policy", "e2ee"],
  "apps/server": ["protocol", "policy", "call", "relay"],
  "apps/web": ["client", "protocol"],
  // People of a simulation run the client that browsers run: of the server they know what is public.
  "apps/simulate": ["client", "protocol"],
};

/**
 * The one exception: a command that people run by themselves, with a file and without a server. Nothing
 * that serves may import it.
 */
const mayCheckReceipts = "apps/server/src/cli/receipt-check.ts";

/** It loads a program of its own by its place, which no import names: people run it, and it runs the client. */
const mayLoadSimulations = "apps/server/src/cli/simulate.ts";

const pure = /^packages\/(protocol|policy|call|e2ee|relay\/src\/(stun|turn))\//;
const linesMax = 400;
const sources = sourceFiles("{packages,apps}/**/*.{ts,tsx}");
const workspaces = sourceFiles("{packages,apps}/*/package.json").map(({ path }) => dirname(path));

function workspaceOf(path: string): string {
  return path.split("/").slice(0, 2).join("/");
}

/** Of ours, whichever of its entries is imported. */
function packageOf(specifier: string): string | undefined {
  return specifier.split("/")[1];
}

/** The file that a relative import names. */
function targetOf(from: string, specifier: string): string {
  return join(dirname(from), specifier);
}

/** Tests may start programs of the system, as `tests/services` does for all of them. */
function isTest(path: string): boolean {
  return /\.test\.ts$|\/test-[\w-]+\.ts$/.test(path);
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith(".");
}

describe("imports", () => {
  it("are found in every form that a file can have them", () => {
    const text = `
import "./a.css";
import type { B } from "b";
import {
  c,
  type C,
} from "./c.ts";
export * from "./d.ts";
export type { E } from './e.ts';
const f = await import("f");
type G = import("g").G;
const h = "import";
export const from = "not/an/import";
`;
    expect(importsOf({ path: "x.ts", text }).toSorted()).toEqual(
      ["b", "./c.ts", "./d.ts", "./e.ts", "./a.css", "f", "g"].toSorted(),
    );
  });

  it("are decided for every workspace", () => {
    expect(workspaces.filter((workspace) => !(workspace in mayImport))).toEqual([]);
  });

  it("between workspaces follow the allowed edges", () => {
    const forbidden = sources.flatMap((file) => {
      const allowed = mayImport[workspaceOf(file.path)] ?? [];
      return importsOf(file)
        .filter((specifier) => specifier.startsWith("@ringfence/"))
        .filter((specifier) => !allowed.includes(packageOf(specifier) ?? ""))
        .filter((specifier) => !(file.path === mayCheckReceipts && specifier.endsWith("/e2ee")))
        .map((specifier) => `${file.path} imports ${specifier}`);
    });
    expect(forbidden).toEqual([]);
  });

  it("lead from nothing that serves to the check of receipts", () => {
    const importers = sources
      .filter((file) => importsOf(file).some((each) => each.endsWith("/receipt-check.ts")))
      .map(({ path }) => path);
    expect(importers).toEqual(["apps/server/src/cli/ringfence.ts"]);
  });

  it("lead from nothing that serves to simulated people", () => {
    const importers = sources
      .filter(({ path }) => !path.endsWith(".test.ts"))
      .filter(({ path, text }) => path.startsWith("apps/server/") && /\bsimulate\//.test(text))
      .map(({ path }) => path);
    expect(importers.filter((path) => path !== mayLoadSimulations)).toEqual([]);
    const loaders = sources
      .filter((file) => importsOf(file).some((each) => each.endsWith("/simulate.ts")))
      .map(({ path }) => path);
    expect(loaders).toEqual(["apps/server/src/cli/ringfence.ts"]);
  });

  it("of a file by its path stay inside its workspace", () => {
    const strays = sources.flatMap((file) =>
      importsOf(file)
        .filter(isRelative)
        .filter((specifier) => {
          const target = targetOf(file.path, specifier);
          if (isTest(file.path) && target.startsWith("tests/services/")) return false;
          return workspaceOf(target) !== workspaceOf(file.path);
        })
        .map((specifier) => `${file.path} imports ${specifier}`),
    );
    expect(strays).toEqual([]);
  });

  it("in pure packages name no environment", () => {
    // What computes and touches nothing.
    const computing = /^(@ringfence\/(protocol|policy)|zod)$/;
    const impure = sources
      .filter(({ path }) => pure.test(path) && !/\.test\.ts$|\/test\//.test(path))
      .flatMap((file) =>
        importsOf(file)
          .filter((specifier) =>
            isRelative(specifier)
              ? /^packages\/relay\/src\/(node|control)\//.test(targetOf(file.path, specifier))
              : !computing.test(specifier),
          )
          .map((specifier) => `${file.path} imports ${specifier}`),
      );
    expect(impure).toEqual([]);
  });

  it("of the web app name nothing of Node", () => {
    const fromNode = sources
      .filter(({ path }) => /^(apps\/web|packages\/client)\/src\//.test(path))
      .filter(({ path }) => !path.endsWith(".test.ts"))
      .filter((file) => importsOf(file).some((specifier) => specifier.startsWith("node:")))
      .map(({ path }) => path);
    expect(fromNode).toEqual([]);
  });
});

describe("files", () => {
  it(`have at most ${linesMax} lines`, () => {
    const written = sourceFiles("{packages,apps,scripts,tests,bench}/**/*.{ts,tsx,mjs,css}");
    const long = written.filter(({ text }) => text.split("\n").length > linesMax + 1);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it("read the environment only where settings are read", () => {
    // The processes hand the environment to config.ts; the command line passes it on to them.
    const mayRead = /^apps\/server\/src\/(config|main|relay\/relay-process|cli\/.*)\.ts$/;
    const readers = sources.filter(({ text }) => /\bprocess\s*(\.|\[")env\b/.test(text));
    const others = readers
      .map(({ path }) => path)
      .filter((path) => !mayRead.test(path) && !path.endsWith(".test.ts"));
    expect(others).toEqual([]);
  });
});

describe("docs/architecture.md", () => {
  const [document] = sourceFiles("docs/architecture.md");
  const text = document?.text ?? "";

  it("follows one call through files that exist", () => {
    const road = text.split(/^## /m).find((part) => part.startsWith("Follow one call")) ?? "";
    const paths = [...road.matchAll(/`([\w./-]+\.tsx?)`/g)].map(([, path]) => path ?? "");
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter((path) => !existsSync(join(import.meta.dirname, "..", path)))).toEqual([]);
  });

  it("names no other path that is gone", () => {
    const paths = [...text.matchAll(/`((?:apps|packages|scripts|tests|docs)\/[\w./-]+)`/g)];
    const gone = paths
      .map(([, path]) => path ?? "")
      .filter((path) => !existsSync(join(import.meta.dirname, "..", path)));
    expect(gone).toEqual([]);
  });
});
