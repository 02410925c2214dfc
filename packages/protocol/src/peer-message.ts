import { z } from "zod";
import { limits } from "./limits.ts";

/**
 * What the two browsers of a call say to each other over their data channel, end to end: the
 * server neither sees nor carries it. The channel is negotiated (RFC 8832 §4: no open message), so
 * that both sides know its id beforehand.
 */
export const peerChannel = { id: 0, label: "devices" } as const;

/** Sent when the channel opens and after every change. A field that an older page lacks is as if off. */
const devices = z.object({
  type: z.literal("devices"),
  /**
   * `pending`: the browser asks its person. `none`: this side only listens, no sound will come.
   * With `muted` silence comes.
   */
  microphone: z.enum(["pending", "on", "muted", "none"]),
  /** `paused`: it is on, but on a weak connection the sound goes first. */
  camera: z.enum(["on", "off", "paused"]),
  screen: z.enum(["on", "off", "paused"]).default("off"),
});
export type PeerDevices = z.infer<typeof devices>;

/**
 * The caller's, each time the channel opens: opens what its first offer committed to, so that both
 * know what their people compare. 32 bytes as base64url.
 */
const nonce = z.object({
  type: z.literal("nonce"),
  nonce: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});

export const PeerMessage = z.discriminatedUnion("type", [devices, nonce]);
export type PeerMessage = z.infer<typeof PeerMessage>;

/** null for anything else: a newer peer's message, or one that is not what it should be. */
export function parsePeerMessage(text: unknown): PeerMessage | null {
  if (typeof text !== "string" || text.length > limits.peerMessageCharactersMax) return null;
  try {
    return PeerMessage.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
