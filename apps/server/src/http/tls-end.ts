import { readFileSync, unwatchFile, watchFile } from "node:fs";
import type { Socket } from "node:net";
import { type TLSSocket, createSecureContext, createServer } from "node:tls";
import type { TlsFiles } from "../config.ts";
import { OperatorError } from "../operator-error.ts";

/** A renewal may take this long to be noticed. */
const certificateCheckMs = 10_000;

export interface TlsEndParts {
  /** Gets each connection whose handshake is done. */
  accept(socket: TLSSocket): void;
  readonly log: { warn(fields: object, message: string): void };
  readonly certificateCheckMs?: number;
}

/** Our end of TLS connections that somebody else accepted. */
export interface TlsEnd extends Disposable {
  handshake(socket: Socket): void;
}

/**
 * Reads the certificate, and again whenever its files change. A renewal that is only half written
 * leaves the certificate that was in use.
 *
 * @throws OperatorError `tls-unusable`
 */
export function openTlsEnd(files: TlsFiles, parts: TlsEndParts): TlsEnd {
  const server = createServer({ ...readPair(files), ALPNProtocols: ["http/1.1"] });
  server.on("secureConnection", (socket) => parts.accept(socket));
  server.on("tlsClientError", (_error, socket) => socket.destroy());

  function readAgain(): void {
    try {
      server.setSecureContext(readPair(files));
    } catch {
      parts.log.warn({}, "the changed certificate cannot be used; the one before stays in use");
    }
  }
  // By looking now and then: certificates are often replaced through links, which a watch on the
  // file itself does not notice.
  const watching = {
    interval: parts.certificateCheckMs ?? certificateCheckMs,
    persistent: false,
  };
  const paths = [files.certificatePath, files.keyPath];
  for (const path of paths) watchFile(path, watching, readAgain);
  return {
    handshake: (socket) => void server.emit("connection", socket),
    [Symbol.dispose]: () => {
      for (const path of paths) unwatchFile(path, readAgain);
    },
  };
}

function readPair({ certificatePath, keyPath }: TlsFiles): { cert: Buffer; key: Buffer } {
  try {
    const pair = { cert: readFileSync(certificatePath), key: readFileSync(keyPath) };
    createSecureContext(pair);
    return pair;
  } catch (error) {
    throw new OperatorError(
      "tls-unusable",
      `The certificate of TLS_CERT and the key of TLS_KEY cannot be used (${(error as Error).message}). ` +
        "Both are PEM files that this user may read, and the key belongs to the certificate.",
      { cause: error },
    );
  }
}
