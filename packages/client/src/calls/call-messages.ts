import type { DownMessage } from "@ringfence/protocol";

/** What the server says of one call, by its id or by the id of its invite. */
export type OwnCallMessage = Extract<
  DownMessage,
  {
    type:
      | "ringing"
      | "glare"
      | "unavailable"
      | "refused"
      | "accepted"
      | "offer"
      | "answer"
      | "restart"
      | "candidate"
      | "call-changed"
      | "call-ended";
  }
>;

/** What the other side says of its connection. */
export type NegotiationMessage = Extract<
  OwnCallMessage,
  { type: "offer" | "answer" | "restart" | "candidate" }
>;

/** What the server says of calls. */
export type CallsMessage =
  | OwnCallMessage
  | Extract<DownMessage, { type: "welcome" | "ring" | "prepare" | "silenced" }>;
