import type { ClosedRelay } from "../turn/closed-relay.ts";
import type { ControlDown } from "./control-message.ts";

/** What an application says about its calls, that a relay has to act by. */
export type Instruction = Exclude<ControlDown, { type: "heartbeat" | "drain" }>;

/**
 * Does what an application says.
 *
 * @param control which application it is: its list of live calls speaks for its own calls only
 * @returns false where it came too late, because the call has ended
 */
export function obeyControl(
  relay: ClosedRelay,
  control: string,
  instruction: Instruction,
  now: number,
): boolean {
  switch (instruction.type) {
    case "live":
    case "join":
      return relay.declareCall(control, instruction, now);
    case "direct":
      return relay.declareCall(control, { callId: instruction.callId, direct: true }, now);
    case "end":
      relay.endCall(instruction.callId, now);
      return true;
    case "live-calls":
      relay.replaceCalls(control, instruction.calls, now);
      return true;
  }
}
