import {
  CallId,
  type DownFrame,
  type DownMessage,
  type RelayCredential,
} from "@ringfence/protocol";
import { z } from "zod";

/**
 * Stands in a delivery where each device is given a relay credential of its own: the device is part of
 * it, and so is the host name under which that device reached its node.
 */
export const CredentialWanted = z.object({
  callId: CallId,
  /** `a` called, `b` was called. */
  party: z.enum(["a", "b"]),
  /** Which relay the call is at. */
  relayId: z.string(),
  /** Where that is, as the call has it. */
  urls: z.array(z.string()).optional(),
});
export type CredentialWanted = z.infer<typeof CredentialWanted>;

type Carried<Message> = Message extends { relay: RelayCredential }
  ? Omit<Message, "relay"> & { relay: CredentialWanted }
  : Message extends { relay: RelayCredential | null }
    ? Omit<Message, "relay"> & { relay: CredentialWanted | null }
    : Message;

/** A message on its way to devices, before a connection fills in what is its device's own. */
export type CarriedMessage = Carried<DownMessage>;
export type CarriedFrame = Omit<DownFrame, "message"> & { message: CarriedMessage };

export function fillIn(
  frame: CarriedFrame,
  credentialFor: (wanted: CredentialWanted) => RelayCredential,
): DownFrame {
  const { message } = frame;
  if (!("relay" in message)) return { ...frame, message };
  if (message.type === "accepted") {
    const relay = message.relay && credentialFor(message.relay);
    return { ...frame, message: { ...message, relay } };
  }
  return { ...frame, message: { ...message, relay: credentialFor(message.relay) } };
}
