import { RefusedError } from "../errors.ts";
import type { Handlers } from "../http/api-handler.ts";
import type { Calls } from "./calls.ts";

/** What can be said of a call without a WebSocket: by a page that is closing, by a notification. */
export function callHandlers(calls: Calls): Pick<Handlers, "bye" | "declineCall"> {
  return {
    async bye({ login, params: { callId } }) {
      // A refusal is nobody's to read: the page is gone.
      const device = { ...login, askedHost: "localhost" };
      await calls.handle(device, { type: "page-left", callId });
    },
    async declineCall({ login, params: { callId } }) {
      const device = { ...login, askedHost: "localhost" };
      const answer = await calls.handle(device, { type: "decline", callId });
      if (answer?.type === "refused") throw new RefusedError(answer.code, answer.message);
    },
  };
}
