import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** Where `scripts/prepare.mjs` puts the web app. */
export const webDirectory = join(import.meta.dirname, "../../../web/dist");

/** What of the web app's files is compared: a build is the same on every machine. */
export interface WebBuild {
  /** Twenty hexadecimal digits in groups of four: 80 bits of SHA-256 of the list. */
  readonly name: string;
  /** One line a file, sorted, as `sha256sum` writes and checks them. */
  readonly list: string;
}

/**
 * Names the build of the web app by what is in its files, so that people can compare it with one that
 * they made themselves. Compressed copies are left out: they depend on who compressed them.
 *
 * @returns null where nothing is built
 */
export function readWebBuild(directory: string): WebBuild | null {
  const lines = filesOf(directory)
    .filter((path) => !/\.(br|gz)$|(^|\/)\./.test(path))
    .toSorted()
    .map((path) => `${sha256(readFileSync(join(directory, path)))}  ${path}\n`);
  if (lines.length === 0) return null;
  const list = lines.join("");
  return {
    list,
    name: sha256(list)
      .slice(0, 20)
      .replaceAll(/(.{4})(?=.)/g, "$1-"),
  };
}

function filesOf(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll(sep, "/"));
  } catch {
    return [];
  }
}

function sha256(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}
