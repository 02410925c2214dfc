import type { Server as HttpServer } from "node:http";
import { type AddressInfo, type Server, type Socket, createServer } from "node:net";
import type { TLSSocket } from "node:tls";
import type { ChallengeCertificates } from "../certificates/challenge-certificates.ts";
import type { TlsFiles } from "../config.ts";
import { serverLimits } from "../limits.ts";
import { OperatorError } from "../operator-error.ts";
import { OpenConnections } from "./open-connections.ts";
import { redirectToHttps } from "./redirect-to-https.ts";
import { openTlsEnd } from "./tls-end.ts";
import { type TrustProxy, isProxyAddress } from "./trusted-proxy.ts";

/** A connection that said nothing for so long is a browser's, opened in advance. */
const silenceMs = 10_000;
/** How long connections in use may take to end when the server closes. */
const closeTimeoutMs = 2_000;

/** RFC 8446 §5.1: a TLS connection begins with a record of type 22. */
const tlsHandshake = 0x16;
/** RFC 8489 §5: the first two bits of STUN are zero, and a method of TURN fits below 0x0200. */
const stunFirstBytes: ReadonlySet<number> = new Set([0x00, 0x01]);

export interface ListenParts {
  /** One address, `localhost`, or `::` for every address of both families. */
  readonly host: string;
  /** 0 picks a free one, for tests. */
  readonly port: number;
  readonly tls: TlsFiles | undefined;
  /** Where we get the certificate ourselves: then the files may be missing for now. */
  readonly challenges?: ChallengeCertificates | undefined;
  /** Everybody comes from the proxy's one address: from there only the number of all is bounded. */
  readonly trustProxy: TrustProxy;
  /** ALLOW_SIMULATION: everybody who is simulated comes from one address, and is bounded likewise. */
  readonly simulationCode?: string | undefined;
  /** Other than the usual ones, for tests. */
  readonly limits?: Record<"openConnectionsMax" | "openConnectionsPerSourceMax", number>;
  /** Answers what is HTTP. It never listens itself. */
  readonly httpServer: HttpServer;
  /** Takes over a connection, paused, whose first bytes, given with it, are a TURN client's. */
  readonly bridge: (socket: Socket, firstBytes: Uint8Array) => void;
  readonly log: { warn(fields: object, message: string): void };
}

/** The open port. Disposing it ends what is idle at once and the rest within seconds. */
export interface Listening extends AsyncDisposable {
  readonly port: number;
  /** Whether TLS works; false also where none is spoken. */
  readonly hasCertificate: boolean;
  /** The files of the certificate have changed. */
  readCertificateAgain(): void;
}

/**
 * Opens the one TCP port and tells its protocols apart by the first byte of a connection, inside
 * TLS where the connection begins with that (docs/decisions/0015).
 *
 * @throws OperatorError `port-taken`, `port-forbidden`, `host-unusable`, `tls-unusable`
 */
export async function listen(parts: ListenParts): Promise<Listening> {
  const sockets = new Set<Socket>();
  const silent = new Set<Socket>();
  const { httpServer, limits = serverLimits } = parts;
  const perSourceMax =
    parts.simulationCode === undefined ? limits.openConnectionsPerSourceMax : Infinity;
  const openConnections = new OpenConnections({ perSourceMax });
  const { log, challenges } = parts;
  const accept = (socket: TLSSocket) => sort(socket);
  const tlsEnd = parts.tls && openTlsEnd(parts.tls, { log, accept, challenges });
  const hasCertificate = () => tlsEnd?.hasCertificate === true;
  // With TLS, what comes in the clear is sent there. TURN in the clear carries only ciphertext.
  const plainServer =
    tlsEnd === undefined ? httpServer : redirectToHttps(httpServer, { hasCertificate });

  function sort(socket: Socket | TLSSocket): void {
    const isInsideTls = "encrypted" in socket;
    const forgetSilence = () => silent.delete(socket);
    silent.add(socket);
    socket.once("close", forgetSilence);
    readFirstBytes(socket, (firstBytes) => {
      socket.off("close", forgetSilence);
      forgetSilence();
      const first = firstBytes?.[0];
      if (firstBytes !== undefined && first !== undefined && stunFirstBytes.has(first)) {
        parts.bridge(socket, firstBytes);
        return;
      }
      if (firstBytes !== undefined) socket.unshift(firstBytes);
      if (first === tlsHandshake && tlsEnd !== undefined && !isInsideTls) {
        tlsEnd.handshake(socket);
        return;
      }
      (isInsideTls ? httpServer : plainServer).emit("connection", socket);
      socket.resume();
    });
  }

  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    const { remoteAddress } = socket;
    const isProxy = isProxyAddress(remoteAddress, parts);
    const place = isProxy ? undefined : openConnections.take(remoteAddress ?? "");
    if (place === null) {
      // Nothing is said to it: an answer costs more than it takes to ask again.
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      place?.[Symbol.dispose]();
    });
    sort(socket);
  });
  // Node closes what comes above it at once, before anybody hears of it.
  server.maxConnections = limits.openConnectionsMax;
  try {
    await openPort(server, parts.host, parts.port);
  } catch (error) {
    tlsEnd?.[Symbol.dispose]();
    throw explain(error, parts);
  }
  // Node's HTTP server watches over slow requests from this event on, and not before.
  for (const http of new Set([httpServer, plainServer])) http.emit("listening");
  return {
    port: (server.address() as AddressInfo).port,
    get hasCertificate() {
      return hasCertificate();
    },
    readCertificateAgain: () => tlsEnd?.readAgain(),
    async [Symbol.asyncDispose]() {
      for (const socket of silent) socket.destroy();
      await closeInTime(server, httpServer, sockets);
      tlsEnd?.[Symbol.dispose]();
    },
  };
}

/** Gives the first bytes, the socket paused behind them, or nothing when none came in time. */
function readFirstBytes(socket: Socket, next: (firstBytes: Buffer | undefined) => void): void {
  const timer = setTimeout(decide, silenceMs);
  // A peer that goes away is no event. Whoever takes the socket over listens for itself.
  socket.on("error", () => {});
  socket.once("data", decide);
  socket.once("close", forget);

  function decide(firstBytes?: Buffer): void {
    forget();
    socket.pause();
    next(firstBytes);
  }
  function forget(): void {
    clearTimeout(timer);
    socket.off("data", decide);
    socket.off("close", forget);
  }
}

async function openPort(server: Server, host: string, port: number): Promise<void> {
  try {
    await tryPort(server, host, port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const hasNoIpv6 = code === "EAFNOSUPPORT" || code === "EADDRNOTAVAIL";
    if (host !== "::" || !hasNoIpv6) throw error;
    await tryPort(server, "0.0.0.0", port);
  }
}

function tryPort(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function explain(error: unknown, { host, port }: ListenParts): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") {
    return new OperatorError(
      "port-taken",
      `Port ${port} is in use by another program. Stop it, or choose another: PORT=${port + 1} npm start`,
      { cause: error },
    );
  }
  if (code === "EACCES") {
    return new OperatorError(
      "port-forbidden",
      `This user may not open port ${port}. Choose one above 1023, or allow it: sudo setcap cap_net_bind_service=+ep "$(realpath node_modules/.bin/node)"`,
      { cause: error },
    );
  }
  if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT" || code === "ENOTFOUND") {
    return new OperatorError(
      "host-unusable",
      `HOST=${host} is not an address of this machine. Leave HOST out to listen on all of them.`,
      { cause: error },
    );
  }
  return error;
}

async function closeInTime(
  server: Server,
  httpServer: HttpServer,
  sockets: ReadonlySet<Socket>,
): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  httpServer.closeIdleConnections();
  const timer = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, closeTimeoutMs);
  await closed;
  clearTimeout(timer);
}
