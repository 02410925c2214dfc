import { readFileSync, unwatchFile, watchFile } from "node:fs";
import type { Socket } from "node:net";
import { type TLSSocket, createSecureContext, createServer } from "node:tls";
import {
  type ChallengeCertificates,
  acmeProtocol,
} from "../certificates/challenge-certificates.ts";
import type { TlsFiles } from "../config.ts";
import { OperatorError } from "../operator-error.ts";

/** A renewal may take this long to be noticed. */
const certificateCheckMs = 10_000;

export interface TlsEndParts {
  /** Gets each connection whose handshake is done. */
  accept(socket: TLSSocket): void;
  readonly log: { warn(fields: object, message: string): void };
  readonly certificateCheckMs?: number;
  /** Where we get the certificate ourselves: then there may be none for now. */
  readonly challenges?: ChallengeCertificates | undefined;
}

/** Our end of TLS connections that somebody else accepted. */
export interface TlsEnd extends Disposable {
  /** Whether there is a certificate. Without one, handshakes fail. */
  readonly hasCertificate: boolean;
  handshake(socket: Socket): void;
  /** The files have changed. Where nobody says so it is noticed all the same, some seconds later. */
  readAgain(): void;
}

/**
 * Reads the certificate, and again whenever its files change. A renewal that is only half written
 * leaves the certificate that was in use.
 *
 * @throws OperatorError `tls-unusable`
 */
export function openTlsEnd(files: TlsFiles, parts: TlsEndParts): TlsEnd {
  const { challenges } = parts;
  const first = challenges === undefined ? readPair(files) : tryToRead(files);
  let hasCertificate = first !== undefined;
  const server = createServer({
    ...first,
    ALPNCallback(this: TLSSocket, { servername, protocols }) {
      if (!protocols.includes(acmeProtocol)) return protocols.find((name) => name === "http/1.1");
      // RFC 8737 §4: nobody but an authority asks for it, and only for a name that is being proven.
      const context = challenges?.find(servername);
      if (context === undefined) return undefined;
      this.setKeyCert(context);
      return acmeProtocol;
    },
  });
  server.on("secureConnection", (socket) => {
    // RFC 8737 §3: the handshake was all there is to it.
    if (socket.alpnProtocol === acmeProtocol) socket.end();
    else parts.accept(socket);
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());

  function readAgain(): void {
    const pair = tryToRead(files);
    if (pair === undefined) {
      // Looking at files that are not there yet counts as their first change.
      if (!hasCertificate) return;
      parts.log.warn({}, "the changed certificate cannot be used; the one before stays in use");
      return;
    }
    server.setSecureContext(pair);
    hasCertificate = true;
  }
  // By looking now and then: certificates are often replaced through links, which a watch on the
  // file itself does not notice.
  const watching = {
    interval: parts.certificateCheckMs ?? certificateCheckMs,
    persistent: false,
  };
  const paths = new Set([files.certificatePath, files.keyPath]);
  for (const path of paths) watchFile(path, watching, readAgain);
  return {
    get hasCertificate() {
      return hasCertificate;
    },
    handshake: (socket) => void server.emit("connection", socket),
    readAgain,
    [Symbol.dispose]: () => {
      for (const path of paths) unwatchFile(path, readAgain);
    },
  };
}

function tryToRead(files: TlsFiles): ReturnType<typeof readPair> | undefined {
  try {
    return readPair(files);
  } catch {
    return undefined;
  }
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
