import { type OperatorErrorCode, isForOperator } from "../operator-error.ts";

/** What a supervised process says to `ringfence start`. */
export type Report =
  | ({ type: "ready" } & Links)
  /** It cannot go on until the operator changes something. */
  | { type: "failed"; code: OperatorErrorCode; message: string };

/** What the announcement has to hand out. */
export interface Links {
  demoLinks?: readonly DemoLink[];
  /** Where the first account is created, path and fragment; undefined once there is one. */
  firstAccountPath?: string | undefined;
}

/** A single-use link into a demonstration account. */
export interface DemoLink {
  handle: string;
  /** Path and fragment, such as `/enter#token`. */
  path: string;
}

/** The life of one supervised process. */
export interface Supervision {
  /** To be called once, when this process does its work. */
  readonly ready: (links?: Links) => void;
  /** Resolves when the process shall end: a signal, or the supervisor is gone. */
  readonly stopped: Promise<void>;
}

/** A process that was told to stop and hangs is ended after this time. */
const stopTimeoutMs = 5_000;

/**
 * Runs a process that `ringfence start` supervises. What `work` acquires it releases before it
 * returns (`await using`); it returns when `stopped` resolves. An error that the operator can put
 * right becomes a report, any other a stack on standard error.
 *
 * @returns the exit code
 */
export async function runSupervised(
  work: (supervision: Supervision) => Promise<void>,
): Promise<number> {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  const endInTime = () => {
    setTimeout(() => process.exit(1), stopTimeoutMs).unref();
    stop();
  };
  process.once("disconnect", endInTime);
  process.once("SIGTERM", endInTime);
  // On a terminal Ctrl-C reaches every process; the supervisor says when and in which order.
  if (process.send === undefined) process.once("SIGINT", endInTime);
  else process.on("SIGINT", () => {});
  try {
    await work({ stopped, ready: (links) => void report({ type: "ready", ...links }) });
    return 0;
  } catch (error) {
    const { message } = error as Error;
    if (isForOperator(error)) await report({ type: "failed", code: error.code, message });
    else console.error(error);
    return 1;
  } finally {
    // Node keeps a process alive for this channel alone.
    if (process.connected) process.disconnect();
  }
}

/** Resolves when the report is on its way: the channel may be closed then. */
async function report(message: Report): Promise<void> {
  if (process.send === undefined) {
    if (message.type === "failed") console.error(message.message);
    return;
  }
  await new Promise((sent) => process.send?.(message, undefined, undefined, sent));
}
