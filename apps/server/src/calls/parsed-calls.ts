import { type Call, parseCall } from "@ringfence/call";
import type { CallId } from "@ringfence/protocol";
import { serverLimits } from "../limits.ts";

/**
 * What the texts of calls mean, of those that were written or read last: to compare a text costs next to
 * nothing, and to parse and check it as much as everything else that is done with it. It knows no
 * database: another text is always parsed, whoever wrote it and whatever became of it.
 */
export class ParsedCalls {
  readonly #parsed = new Map<CallId, { text: string; call: Call }>();

  remember(call: Call, text: string): void {
    const { callId } = call;
    // Behind all others: the first of a map is the one not seen for longest.
    this.#parsed.delete(callId);
    if (call.state === "ended") return;
    this.#parsed.set(callId, { text, call });
    const oldest = this.#parsed.keys().next();
    if (this.#parsed.size > serverLimits.parsedCallsMax && oldest.done === false) {
      this.#parsed.delete(oldest.value);
    }
  }

  /** @throws what `parseCall` throws */
  parse(callId: CallId, text: string): Call {
    const known = this.#parsed.get(callId);
    if (known?.text === text) return known.call;
    const call = parseCall(text);
    this.remember(call, text);
    return call;
  }
}
