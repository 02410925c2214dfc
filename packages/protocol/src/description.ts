import { z } from "zod";
import { limits } from "./limits.ts";

/**
 * An SDP description, opaque but for its size here. Whether every line of it is allowed is
 * `checkDescription`'s answer, asked by the sending client, the server and the receiving client.
 */
export const Description = z.string().min(1).max(limits.descriptionBytesMax);
export type Description = z.infer<typeof Description>;

/** A trickled candidate (RFC 8838). `candidate` is "" at the end of candidates. */
export const IceCandidate = z.object({
  candidate: z.string().max(limits.candidateCharactersMax),
  sdpMid: z.string().max(16).nullable(),
  sdpMLineIndex: z.number().int().min(0).max(15).nullable(),
});
export type IceCandidate = z.infer<typeof IceCandidate>;
