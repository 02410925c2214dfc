import type { IncomingMessage } from "node:http";
import type { LoopCall } from "@ringfence/protocol";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { RefusedError } from "../errors.ts";
import { answerProof, doctorKey, nonceIn } from "./doctor-proof.ts";
import { askedHostOf } from "./asked-host.ts";
import { isForwarded } from "./local-program.ts";
import { type ProxySettings, isProxyAddress, lastOf } from "./trusted-proxy.ts";

export const doctorPath = "/doctor";
export const doctorProofHeader = "x-ringfence-proof";

export interface DoctorRouteParts {
  /** RELAY_SECRET; without it nobody is a doctor. */
  readonly secret: string | undefined;
  /** How many relays are connected and take calls. */
  connectedRelays(): number;
  /** All that are connected, by the name of their group; that of none is empty. */
  relaysByGroup(): Readonly<Record<string, number>>;
  /** Calls of nobody with itself, by which the doctor asks each relay. */
  openLoopCalls(askedHost: string): Promise<LoopCall[]>;
}

/** What a running server tells `ringfence doctor` of itself and of how the request came to it. */
export const DoctorAnswer = z.object({
  /** Of the application's process. */
  processId: z.number(),
  relays: z.number(),
  relaysByGroup: z.record(z.string(), z.number()),
  seen: z.object({
    host: z.string().nullable(),
    origin: z.string().nullable(),
    /** Whether a proxy said that it handed the request on. */
    isForwarded: z.boolean(),
    forwardedFor: z.boolean(),
    /** Whether it came from a proxy that TRUST_PROXY believes. */
    isFromProxy: z.boolean(),
    forwardedProto: z.string().nullable(),
  }),
  /** For a doctor on this machine that asked for them: credentials for each relay. */
  probes: z.array(
    z.object({ urls: z.array(z.string()), username: z.string(), credential: z.string() }),
  ),
});
export type DoctorAnswer = z.infer<typeof DoctorAnswer>;

/**
 * `/doctor`: who answers here, how a request came to it, and the means to ask the relay. To everybody
 * who does not prove to hold the secret there is nothing at this address.
 */
export function addDoctorRoute(
  fastify: FastifyInstance,
  parts: DoctorRouteParts,
  settings: ProxySettings,
): void {
  const key = parts.secret === undefined ? undefined : doctorKey(parts.secret);
  fastify.get(doctorPath, async ({ raw, query }, reply) => {
    const nonce = key && nonceIn(raw.headers.authorization, key, Date.now());
    if (key === undefined || nonce === undefined) {
      throw new RefusedError("not-found", "There is nothing at this address.");
    }
    const wantsRelay = (query as { relay?: unknown }).relay !== undefined;
    // A request that was overheard could be said again: over the network it opens nothing.
    const mayProbe = wantsRelay && isOnThisMachine(raw);
    const answer: DoctorAnswer = {
      processId: process.pid,
      relays: parts.connectedRelays(),
      seen: seenIn(raw, settings),
      relaysByGroup: parts.relaysByGroup(),
      probes: mayProbe ? await probesFor(raw, parts) : [],
    };
    const body = JSON.stringify(answer);
    return reply
      .header(doctorProofHeader, answerProof(key, nonce, body))
      .type("application/json")
      .send(body);
  });
}

async function probesFor(
  request: IncomingMessage,
  parts: DoctorRouteParts,
): Promise<DoctorAnswer["probes"]> {
  const loops = await parts.openLoopCalls(askedHostOf(request));
  return loops.map(({ relays }) => relays.caller);
}

function seenIn(
  { headers, socket }: IncomingMessage,
  settings: ProxySettings,
): DoctorAnswer["seen"] {
  return {
    host: headers.host ?? null,
    origin: headers.origin ?? null,
    isForwarded: isForwarded(headers),
    forwardedFor: "x-forwarded-for" in headers,
    isFromProxy: isProxyAddress(socket.remoteAddress, settings),
    forwardedProto: lastOf(headers["x-forwarded-proto"]) || null,
  };
}

/** Whether it came from this machine itself, by whichever of its addresses. */
function isOnThisMachine({ socket, headers }: IncomingMessage): boolean {
  const { remoteAddress, localAddress } = socket;
  return remoteAddress !== undefined && remoteAddress === localAddress && !isForwarded(headers);
}
