import { createSocket } from "node:dgram";
import { randomBytes } from "node:crypto";
import { lookup } from "node:dns/promises";
import { connect as connectTcp, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import { StreamDeframer } from "../turn/stream-frames.ts";
import { relayLimits, shellLimits } from "../limits.ts";
import { Allocator } from "./allocator.ts";

/** A relay to be asked, as a browser is given it. */
export interface RelayToProbe {
  /** `turn:host:port?transport=udp` and its like (RFC 7065). */
  readonly url: string;
  readonly username: string;
  readonly credential: string;
}

/** What became of asking a relay for an allocation. */
export type RelayProbe =
  /**
   * `roundTripMs`: of the request that it granted. `isClosed`: the relayed address is one that leads
   * nowhere, as a relay of this project gives them; another server's is a real one.
   */
  | { readonly outcome: "allocated"; readonly roundTripMs: number; readonly isClosed: boolean }
  /** RFC 8489 §14.8; 401 and 441 say that it does not take the credential. */
  | { readonly outcome: "refused"; readonly code: number }
  | { readonly outcome: "silent" }
  /** `code` is the system's, such as ECONNREFUSED or ENOTFOUND. */
  | { readonly outcome: "unreachable"; readonly code: string };

const defaultPorts = { turn: 3478, turns: 5349 } as const;

/**
 * Asks a relay for an allocation over the transport that the address names, as a browser does, and
 * gives it back. Certificates are not judged here.
 */
export async function probeRelay({ url, ...credential }: RelayToProbe): Promise<RelayProbe> {
  const place = placeOf(url);
  if (place === undefined) return { outcome: "unreachable", code: "ERR_INVALID_URL" };
  const found = await lookup(place.host).catch((error: NodeJS.ErrnoException) => codeOf(error));
  if (typeof found === "string") return { outcome: "unreachable", code: found };
  const ended = Promise.withResolvers<RelayProbe>();
  const allocator = new Allocator(credential, randomBytes, ended.resolve);
  const target = { ...place, address: found.address };
  const wire =
    place.transport === "udp" ? openUdp(target, allocator) : openStream(target, allocator);
  void wire.failed.then((error) => ended.resolve({ outcome: "unreachable", code: codeOf(error) }));
  const patience = setTimeout(
    () => ended.resolve(wire.isOpen() ? { outcome: "silent" } : timedOut),
    shellLimits.probeTimeoutMs,
  );
  try {
    return await ended.promise;
  } finally {
    clearTimeout(patience);
    wire.close(allocator.farewell());
  }
}

const timedOut: RelayProbe = { outcome: "unreachable", code: "ETIMEDOUT" };

interface Place {
  readonly host: string;
  readonly port: number;
  readonly transport: "udp" | "tcp" | "tls";
}

/** RFC 7065 §3.1. */
function placeOf(url: string): Place | undefined {
  const match = /^(turns?):(\[[\da-f:.]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(udp|tcp))?$/i.exec(
    url,
  );
  if (match === null) return undefined;
  const [, scheme = "", host = "", port, transport = "udp"] = match;
  const isTls = scheme.toLowerCase() === "turns";
  return {
    host: host.replace(/^\[(.*)\]$/, "$1"),
    port: port === undefined ? defaultPorts[isTls ? "turns" : "turn"] : Number(port),
    transport: isTls ? "tls" : transport.toLowerCase() === "tcp" ? "tcp" : "udp",
  };
}

type Target = Place & { readonly address: string };

/** A way to the relay. */
interface ProbeWire {
  isOpen(): boolean;
  readonly failed: Promise<NodeJS.ErrnoException>;
  /** Sends the last words, and closes. */
  close(lastWords: Uint8Array | undefined): void;
}

function openUdp({ address, port }: Target, allocator: Allocator): ProbeWire {
  const socket = createSocket(isIP(address) === 6 ? "udp6" : "udp4");
  const failed = Promise.withResolvers<NodeJS.ErrnoException>();
  let again: NodeJS.Timeout | undefined;
  const send = (bytes: Uint8Array) => {
    clearInterval(again);
    socket.send(bytes);
    // RFC 8489 §6.2.1: a request over UDP may be lost.
    again = setInterval(() => socket.send(bytes), shellLimits.probeRetryMs);
  };
  socket.on("message", (bytes) => allocator.receive(bytes, performance.now(), send));
  // Nothing listens there: that is an answer too, and comes as an error of what was sent.
  socket.on("error", failed.resolve);
  socket.connect(port, address, () => allocator.begin(performance.now(), send));
  return {
    isOpen: () => true,
    failed: failed.promise,
    close(lastWords) {
      clearInterval(again);
      const close = () => socket.close();
      if (lastWords === undefined) close();
      else socket.send(lastWords, close);
    },
  };
}

function openStream({ host, address, port, transport }: Target, allocator: Allocator): ProbeWire {
  const deframer = new StreamDeframer(relayLimits.streamFrameBytesMax);
  const failed = Promise.withResolvers<NodeJS.ErrnoException>();
  let isOpen = false;
  const begin = () => {
    isOpen = true;
    allocator.begin(performance.now(), send);
  };
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket =
    transport === "tls"
      ? connectTls({ host: address, port, rejectUnauthorized: false, ...name }, begin)
      : connectTcp({ host: address, port }, begin);
  const send = (bytes: Uint8Array) => void socket.write(bytes);
  socket.on("data", (chunk) => {
    const { frames, isBroken } = deframer.push(chunk);
    for (const frame of frames) allocator.receive(frame, performance.now(), send);
    if (isBroken) failed.resolve(Object.assign(new Error(), { code: "EPROTO" }));
  });
  socket.on("error", failed.resolve);
  socket.on("close", () => failed.resolve(Object.assign(new Error(), { code: "ECONNRESET" })));
  return {
    isOpen: () => isOpen,
    failed: failed.promise,
    close(lastWords) {
      if (lastWords !== undefined) socket.end(lastWords);
      else socket.destroy();
      socket.setTimeout(shellLimits.probeRetryMs, () => socket.destroy());
    },
  };
}

function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.name;
}
