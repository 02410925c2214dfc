import { type LookupAddress, lookup as lookUp } from "node:dns";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { promisify } from "node:util";
import { serverLimits } from "../limits.ts";
import { plainHostname } from "../plain-hostname.ts";
import { addressClassOf } from "../address-class.ts";
import type { PushService } from "./push-services.ts";

/** All addresses of a name, as the system knows them. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

export const resolveBySystem: Resolve = (hostname) => promisify(lookUp)(hostname, { all: true });

/** A push service's name leads into a network where nothing is to be sent. */
export class AddressRefusedError extends Error {
  override readonly name = "AddressRefusedError";
}

export interface PushRequest {
  readonly endpoint: string;
  readonly service: PushService;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Posts one push (RFC 8030 §5) and gives the status of the answer, of which nothing else is read.
 * The connection is made to an address that was looked at, and to no other: the name is resolved
 * here, once. A redirect is an answer like any other and is not followed.
 *
 * @throws AddressRefusedError, and what Node throws where there is no answer in time
 */
export async function postPush(
  { endpoint, service, headers, body }: PushRequest,
  resolve: Resolve,
): Promise<number> {
  const url = new URL(endpoint);
  const address = plainHostname(url.hostname);
  // What is an address already is not looked up.
  if (isIP(address) !== 0) refuseUnreachable([address], service);
  const { promise, resolve: answer, reject } = Promise.withResolvers<number>();
  const request = httpsRequest(url, {
    method: "POST",
    headers: { ...headers, "content-length": body.length },
    // A connection of its own: one that was kept may be to an address of before.
    agent: false,
    lookup: lookUpOnly(service, resolve),
    maxHeaderSize: serverLimits.pushAnswerHeadBytesMax,
    signal: AbortSignal.timeout(serverLimits.pushTimeoutMs),
  });
  request.on("error", reject);
  request.on("response", (response) => {
    response.on("error", () => undefined);
    answer(response.statusCode ?? 0);
    request.destroy();
  });
  request.end(body);
  return await promise;
}

/** Resolves for a connection, to addresses of which each is one that may be sent to. */
function lookUpOnly(service: PushService, resolve: Resolve): LookupFunction {
  async function lookUpChecked(...[hostname, options, callback]: Parameters<LookupFunction>) {
    try {
      const found = await resolve(hostname);
      const addresses = found.map(({ address }) => address);
      refuseUnreachable(addresses, service);
      if (options.all === true) callback(null, found);
      else callback(null, found[0]?.address ?? "", found[0]?.family);
    } catch (error) {
      callback(error as NodeJS.ErrnoException, []);
    }
  }
  return (...asked) => void lookUpChecked(...asked);
}

/** One address that may not be sent to spoils them all: the next answer could have that one only. */
function refuseUnreachable(addresses: readonly string[], service: PushService): void {
  const allowed = service.isNamed ? ["public", "own"] : ["public"];
  if (addresses.length > 0 && addresses.every((one) => allowed.includes(addressClassOf(one)))) {
    return;
  }
  throw new AddressRefusedError("The name leads to an address that no push is sent to.");
}
