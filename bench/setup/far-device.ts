import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { NetworkNamespace } from "../../tests/network/network-namespace.ts";
import type { Device } from "./device.ts";

const program = fileURLToPath(import.meta.resolve("./firefox-device.ts"));

type Method = Exclude<keyof Device, "handle">;

/** A line of what a device is to do. */
export interface Request {
  readonly method: Method;
  readonly parameters: readonly unknown[];
}

/** A line of what came of it. */
export type Outcome = { readonly result?: unknown } | { readonly failure: string };

/**
 * A Firefox in another network.
 *
 * @returns with the name and version of the browser
 */
export async function firefoxIn(
  network: Pick<NetworkNamespace, "spawn">,
  origin: string,
  handle: string,
): Promise<Device & AsyncDisposable & { readonly browser: string }> {
  const child = network.spawn(process.execPath, [program, origin, handle], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("The browser's program has no pipes.");
  const lines = createInterface(stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("The browser's program ended.");
    const outcome = JSON.parse(value) as Outcome;
    if ("failure" in outcome) throw new Error(outcome.failure);
    return outcome.result;
  };
  const browser = String(await next());
  // One thing after another, as the program does them.
  let turn: Promise<unknown> = Promise.resolve();
  const call = <Result>(method: Method, ...parameters: unknown[]): Promise<Result> => {
    const act = () => {
      stdin.write(`${JSON.stringify({ method, parameters } satisfies Request)}\n`);
      return next();
    };
    const done = turn.then(act, act);
    turn = done;
    return done as Promise<Result>;
  };
  return {
    browser,
    handle,
    ask: (...all) => call("ask", ...all),
    open: (path) => call("open", path),
    press: (button) => call("press", button),
    text: () => call("text"),
    begin: (order) => call("begin", order),
    notes: (timeoutMs) => call("notes", timeoutMs),
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      stdin.end();
      await ended;
    },
  };
}
