import { once } from "node:events";
import { createInterface } from "node:readline";
import { SimulationError } from "./errors.ts";
import { isLoopback } from "./options.ts";

interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * Has whoever typed the command type the host name, unless it is this machine's own: a simulation takes
 * from a server what its people would have.
 *
 * @throws SimulationError `not-confirmed`
 */
export async function confirmTarget(origin: string, terminal: Terminal): Promise<void> {
  const { hostname } = new URL(origin);
  if (isLoopback(hostname)) return;
  terminal.output.write(
    `This lets made-up people call each other on ${origin}, and takes from whoever uses it meanwhile. Type ${hostname} to go on:\n`,
  );
  const lines = createInterface({ input: terminal.input });
  const [typed] = (await Promise.race([once(lines, "line"), once(lines, "close")])) as [unknown];
  lines.close();
  if (typed === hostname) return;
  throw new SimulationError("not-confirmed", `${hostname} was not typed, so nothing was done.`);
}
