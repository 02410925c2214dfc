import type { Handlers } from "../http/api-handler.ts";
import type { Calls } from "./calls.ts";

/** What a page that is closing can still say of its call. */
export function callHandlers(calls: Calls): Pick<Handlers, "bye"> {
  return {
    async bye({ login, params: { callId } }) {
      // A refusal is nobody's to read: the page is gone.
      const device = { ...login, askedHost: "localhost" };
      await calls.handle(device, { type: "page-left", callId });
    },
  };
}
