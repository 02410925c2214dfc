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
      | "candidate"
      | "call-changed"
      | "call-ended";
  }
>;

/** What the server says of calls. */
export type CallsMessage =
  | OwnCallMessage
  | Extract<DownMessage, { type: "welcome" | "ring" | "silenced" }>;
