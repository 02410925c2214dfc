import { stepConnected } from "./connected.ts";
import { stepConnecting } from "./connecting.ts";
import type { CallEvent } from "./event.ts";
import { stepReconnecting } from "./reconnecting.ts";
import { stepRelay } from "./relay.ts";
import { stepRinging } from "./ringing.ts";
import { refusalByRole } from "./role.ts";
import type { Call } from "./state.ts";
import { ignore, refuse, type Step } from "./step-result.ts";

/**
 * What happens next. The same call, event and time always give the same step; nothing is changed in
 * place. Late, repeated and reordered events are ordinary: they are refused by a code, and a
 * refusal leaves the call as it was.
 *
 * The wait of a state ends with its `due` and not before, so that a server that was away delivers
 * what is overdue before it listens to devices again.
 *
 * @param now Unix time in milliseconds
 */
export function step(call: Call, event: CallEvent, now: number): Step {
  if ("from" in event) {
    const code = refusalByRole(call, event);
    if (code !== null) return refuse(call, code);
  }
  if (event.type === "relay-gone" || event.type === "relay-ready") return stepRelay(call, event);
  switch (call.state) {
    case "ringing":
      return stepRinging(call, event, now);
    case "connecting":
      return stepConnecting(call, event, now);
    case "connected":
      return stepConnected(call, event, now);
    case "reconnecting":
      return stepReconnecting(call, event, now);
    case "ended":
      return "from" in event ? refuse(call, "wrong-state") : ignore(call, "ended-before");
  }
}
