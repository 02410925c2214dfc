import type { Handlers } from "../http/api-handler.ts";
import type { LoopCalls } from "./loop-calls.ts";

/** The calls of a device with itself. */
export function loopCallHandlers(
  loopCalls: LoopCalls,
): Pick<Handlers, "beginLoopCall" | "endLoopCall"> {
  return {
    beginLoopCall: ({ login, askedHost }) => loopCalls.begin(login, askedHost),
    endLoopCall: ({ login }) => loopCalls.end(login.device),
  };
}
