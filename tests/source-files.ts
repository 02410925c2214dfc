import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const checkout = join(import.meta.dirname, "..");

export interface SourceFile {
  /** Relative to the checkout, such as "packages/call/src/step.ts". */
  readonly path: string;
  readonly text: string;
}

/** The files that a pattern names, without what is installed or built. */
export function sourceFiles(pattern: string): SourceFile[] {
  return globSync(pattern, { cwd: checkout, exclude: ["**/node_modules/**", "**/dist/**"] })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(checkout, path), "utf8") }));
}

const specifiers = [
  // import x from "y", import type x from "y", export * from "y"
  /^\s*(?:import|export)\b[^"'`;]*?\bfrom\s*["']([^"']+)["']/gm,
  // import "y"
  /^\s*import\s*["']([^"']+)["']/gm,
  // import("y"), also as a type
  /\bimport\(\s*["']([^"']+)["']/g,
];

/** What a file imports, types included. */
export function importsOf({ text }: SourceFile): string[] {
  return specifiers.flatMap((pattern) => [...text.matchAll(pattern)].map(([, from]) => from ?? ""));
}
