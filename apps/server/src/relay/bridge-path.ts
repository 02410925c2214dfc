import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** unix(7): `sun_path` has 108 bytes with its end on Linux; macOS has 104. */
const socketPathBytesMax = 103;
const socketFile = "relay.sock";

/** Where the application and the relay meet. */
export interface BridgePath extends Disposable {
  readonly path: string;
}

/**
 * A place for the relay's unix socket that only this user reaches: in the data directory, or, where
 * that lies too deep for a socket's address, in a directory of its own that goes when disposed.
 */
export function chooseBridgePath(dataDirectory: string): BridgePath {
  const path = join(dataDirectory, socketFile);
  if (Buffer.byteLength(path) <= socketPathBytesMax) return { path, [Symbol.dispose]: () => {} };
  const directory = mkdtempSync(join(tmpdir(), "ringfence-"));
  return {
    path: join(directory, socketFile),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}
