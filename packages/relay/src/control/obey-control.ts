import type { Speaker } from "../turn/call.ts";
import type { ClosedRelay } from "../turn/closed-relay.ts";
import type { ControlDown } from "./control-message.ts";

/** What an application says about its calls, or that it is going to be asked for them. */
export type Instruction =
  | Exclude<ControlDown, { type: "heartbeat" | "drain" }>
  | { readonly type: "asking" };

/**
 * Does what an application says.
 *
 * @param speaker which application it is: its list of live calls speaks for its own calls only
 * @returns false where it came too late, because the call has ended
 */
export function obeyControl(
  relay: ClosedRelay,
  speaker: Speaker,
  instruction: Instruction,
  now: number,
): boolean {
  switch (instruction.type) {
    case "live":
    case "join":
      return relay.declareCall(speaker, instruction, now);
    case "direct":
      return relay.declareCall(speaker, { callId: instruction.callId, direct: true }, now);
    case "end":
      relay.endCall(instruction.callId, now);
      return true;
    case "asking":
      relay.askForCalls(speaker);
      return true;
    case "live-calls":
      relay.replaceCalls(speaker, instruction.calls, now);
      return true;
  }
}
