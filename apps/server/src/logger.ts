import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "./config.ts";

export type { Logger } from "pino";

const levelWords: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "",
  40: "warning",
  50: "ERROR",
  60: "FATAL",
};

/**
 * The one logger. On a terminal one readable line for each event, else one JSON object for each.
 * What may be said at any level: ids, kinds, states, counts. Never a name, an address, a message,
 * a description or a key.
 */
export function createLogger(
  level: LogLevel,
  output: { isTTY?: boolean; write(text: string): unknown } = process.stdout,
): Logger {
  const destination: DestinationStream = {
    write: (line) => void output.write(output.isTTY === true ? readableLine(line) : line),
  };
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError, error: describeError },
    },
    destination,
  );
}

function readableLine(json: string): string {
  const { time, level, msg, err, ...rest } = JSON.parse(json) as Record<string, unknown>;
  const details = Object.entries(rest).map(([name, value]) => `${name}=${asText(value)}`);
  const words = [clockOf(time), levelWords[Number(level)], asText(msg ?? ""), ...details];
  const line = words.filter((word) => word !== undefined && word !== "").join("  ");
  return err === undefined ? `${line}\n` : `${line}\n  ${asText(err)}\n`;
}

function clockOf(time: unknown): string {
  return new Date(String(time)).toLocaleTimeString("en-GB");
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * What an error may say of itself. The message of an error of the operating system names addresses
 * and paths, and its code and call say as much without them.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return "something was thrown that is no error";
  const { code, syscall } = error as NodeJS.ErrnoException;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    code,
    ...(syscall === undefined ? { message: error.message } : { syscall }),
    at: frames.slice(0, 8).map((frame) => frame.trim().replace(/^at /, "")),
  };
}
