import { z } from "zod";
import { Base64url } from "./base64url.ts";
import type { Endpoint } from "./endpoint.ts";
import { IdentityKey } from "./identity-key.ts";
import { limits } from "./limits.ts";
import { LinkSignature, OwnDevices } from "./own-devices.ts";
import { DeviceStatement } from "./signed-description.ts";
import { OwnerProof } from "./ways-in.ts";

/** The devices that an account says are its own. */
export const deviceChainApi = {
  getDeviceChain: {
    method: "GET",
    path: "/api/devices/chain",
    summary: "The chain of this account's devices, and the devices that are signed in.",
    login: "required",
    response: OwnDevices,
  },
  appendToDeviceChain: {
    method: "POST",
    path: "/api/devices/chain",
    summary:
      "Append a statement where the chain still ends before it, or begin the next chain. Only a linked device appends.",
    login: "required",
    body: z.object({
      generation: z.number().int().min(1),
      /** How many statements stand before it: 0 begins a chain. */
      position: z.number().int().nonnegative(),
      statement: DeviceStatement,
      /** For the server's own list: the key that the statement puts in, or takes out. */
      links: IdentityKey.nullable(),
      unlinks: IdentityKey.nullable(),
    }),
  },
  beginDevicesAnew: {
    method: "POST",
    path: "/api/devices/chain/anew",
    summary:
      "Begin the next chain although linked devices are signed in, which are linked no more. Asks whose account it is.",
    login: "required",
    body: z.object({
      /** Null is enough just after signing in. */
      proof: OwnerProof.nullable(),
      generation: z.number().int().min(1),
      statement: DeviceStatement,
      links: IdentityKey,
    }),
  },
  putIdentityKey: {
    method: "PUT",
    path: "/api/devices/key",
    summary:
      "Say which key this device has, and ask to be linked with it. Another key than before is not linked.",
    login: "required",
    body: z.object({
      identityKey: IdentityKey,
      /** By that key, of `identityKeyProof`. */
      proof: Base64url.length(limits.signatureCharactersMax),
      linkSignatures: z.array(LinkSignature).max(limits.linkedDevicesMax),
    }),
    response: OwnDevices,
  },
} as const satisfies Record<string, Endpoint>;
