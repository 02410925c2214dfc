import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { z } from "zod";
import { OperatorError } from "../operator-error.ts";

/**
 * A backup is a file of lines of JSON, compressed by gzip (RFC 1952): a head, every row of every table,
 * every secret, and an end that counts the rows. It holds no trace of which database it came from.
 */
const formatVersion = 1;

const Value = z.union([z.string(), z.number(), z.null()]);
const Row = z.record(z.string(), Value);
export type Row = z.infer<typeof Row>;

const Head = z.object({
  ringfenceBackup: z.literal(formatVersion),
  /** Unix time in milliseconds. */
  madeAt: z.number().int(),
  /** What the database had been brought to, in order. */
  migrations: z.array(z.string()).min(1),
});
export type Head = z.infer<typeof Head>;

const Line = z.union([
  z.object({ table: z.string(), row: Row }),
  z.object({ secret: z.string(), value: z.string() }),
  z.object({ rows: z.number().int().nonnegative() }),
]);
export type Line = z.infer<typeof Line>;

/** What a backup is made of, besides its end. */
export type Entry = Exclude<Line, { rows: number }>;

export function headOf(madeAt: number, migrations: readonly string[]): Head {
  return { ringfenceBackup: formatVersion, madeAt, migrations: [...migrations] };
}

/** @throws OperatorError `backup-unusable`, also where there is such a file already */
export async function writeBackupFile(
  path: string,
  head: Head,
  entries: Iterable<Entry> | AsyncIterable<Entry>,
): Promise<number> {
  let rows = 0;
  async function* lines() {
    yield `${JSON.stringify(head)}\n`;
    for await (const entry of entries) {
      if ("row" in entry) rows += 1;
      yield `${JSON.stringify(entry)}\n`;
    }
    yield `${JSON.stringify({ rows } satisfies Line)}\n`;
  }
  try {
    const file = createWriteStream(path, { flags: "wx", mode: 0o600, flush: true });
    await pipeline(Readable.from(lines()), createGzip(), file);
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === "EEXIST";
    const problem = isThere ? "is there already" : `cannot be written (${codeOf(error)})`;
    throw unusable(`${path} ${problem}. Name another file.`, error);
  }
  return rows;
}

/**
 * Reads a whole backup: its head first, then each entry.
 *
 * @throws OperatorError `backup-unusable`: it is no backup, is damaged, or ends too soon, which may come to
 * light at its last line
 */
export async function* readBackupFile(path: string): AsyncGenerator<Head | Entry> {
  let number = 0;
  let rows = 0;
  let counted: number | null = null;
  for await (const line of linesOf(path)) {
    number += 1;
    if (counted !== null) throw damaged(path, number);
    if (number === 1) {
      yield parseLine(Head, line, path, number);
      continue;
    }
    const read = parseLine(Line, line, path, number);
    if ("rows" in read) {
      counted = read.rows;
      continue;
    }
    if ("row" in read) rows += 1;
    yield read;
  }
  if (counted !== rows) throw damaged(path, number);
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const zipped = createGunzip();
  // What goes wrong ends the reading below with its error.
  pipeline(createReadStream(path), zipped).catch(() => {});
  try {
    yield* createInterface({ input: zipped, crlfDelay: Infinity });
  } catch (error) {
    throw unusable(`${path} cannot be read (${codeOf(error)}). Take another backup.`, error);
  }
}

function parseLine<Schema extends z.ZodType>(
  schema: Schema,
  line: string,
  path: string,
  number: number,
): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(line));
  } catch (error) {
    throw damaged(path, number, error);
  }
}

function damaged(path: string, line: number, cause?: unknown): OperatorError {
  return unusable(
    `${path} is no whole backup of Ringfence (line ${line}). Take another one.`,
    cause,
  );
}

function unusable(message: string, cause: unknown): OperatorError {
  return new OperatorError("backup-unusable", message, { cause });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown";
}
