import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { OperatorError } from "./operator-error.ts";

/** Everything that people did, in one file of the directory. */
export const databaseFile = "ringfence.sqlite";

/** Beside it: what the server shares with its relay, where the operator set nothing. */
export const relaySecretFile = "relay-secret";
/** Beside them: what pushes are signed with. */
export const vapidKeyFile = "vapid-key";

const secretBytes = 32;
const lockFile = "lock.sqlite";

/** The directory that holds everything of one server, held by one server at a time. */
export interface DataDirectory extends Disposable {
  /** The path of a file in the directory. */
  file(name: string): string;
  /**
   * A secret of this server, made the first time it is asked for and kept.
   *
   * @param make 32 random bytes in base64url where nothing is said
   */
  secret(name: string, make?: () => string): string;
}

/**
 * Makes the directory where it is missing, closes it to other users and holds it until disposed.
 * The lock is the operating system's, on a file that SQLite keeps for it, so that a process that is
 * killed leaves none behind.
 *
 * @throws OperatorError `data-directory-in-use`, `data-directory-unusable`
 */
export function openDataDirectory(path: string): DataDirectory {
  makePrivateDirectory(path);
  const lock = takeLock(path);
  return {
    file: (name) => join(path, name),
    secret: (name, make = makeSecret) => keepSecret(join(path, name), make),
    [Symbol.dispose]: () => lock.close(),
  };
}

/** Whether a server holds the directory now. */
export function isDataDirectoryHeld(path: string): boolean {
  try {
    using database = new DatabaseSync(join(path, lockFile), { readOnly: true, timeout: 0 });
    database.prepare("SELECT 1 FROM sqlite_master").all();
    return false;
  } catch (error) {
    return isLocked(error);
  }
}

function makePrivateDirectory(path: string): void {
  // Whatever this process and its children make is this user's alone. A directory that was there
  // already keeps its mode: it may be shared, and it is not ours to close.
  process.umask(0o077);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable(path, error);
  }
}

function takeLock(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(path, lockFile), { timeout: 0 });
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    if (!isLocked(error)) throw unusable(path, error);
    throw new OperatorError(
      "data-directory-in-use",
      `Ringfence already runs on ${path}. Stop it first, or give this one its own DATA_DIR and PORT.`,
    );
  }
}

export function makeSecret(): string {
  return randomBytes(secretBytes).toString("base64url");
}

function keepSecret(path: string, make: () => string): string {
  const kept = readSecret(path);
  if (kept !== undefined) return kept;
  // Written whole under another name first: a crash in between must not leave half a secret.
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, make(), { mode: 0o600, flag: "wx", flush: true });
  linkSync(draft, path);
  rmSync(draft);
  return readFileSync(path, "utf8");
}

function readSecret(path: string): string | undefined {
  try {
    const kept = readFileSync(path, "utf8").trim();
    if (kept !== "") return kept;
    // Nothing is no secret: whatever emptied the file, a new one is made.
    rmSync(path);
    return undefined;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw unusable(path, error);
  }
}

function unusable(path: string, cause: unknown): OperatorError {
  return new OperatorError(
    "data-directory-unusable",
    `Ringfence cannot keep its data in ${path} (${codeOf(cause) ?? "unknown error"}). ` +
      "Make it a directory that this user may write to, or choose another with DATA_DIR.",
    { cause },
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** SQLITE_BUSY of https://www.sqlite.org/rescode.html: another connection holds the file. */
function isLocked(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === 5;
}
