import type { AccountId, AskAnswer } from "@ringfence/protocol";
import { RefusedError } from "../errors.ts";
import { sayNever } from "../people/nevers.ts";
import { changePair } from "../people/pair-views.ts";
import type { Write } from "../store/store.ts";
import { endReceivedAsks } from "./asks.ts";
import { giveGrant } from "./grants.ts";

/**
 * Answers a person's ask. They are told of a right to ring and of nothing else: *not now* and
 * *never* change nothing that they can see. *Call now* only takes the card away; whoever asked may
 * be rung back, and the device that was tapped rings.
 *
 * @throws RefusedError `not-found` where no ask of theirs waits, `you-blocked`
 */
export async function answerAsk(
  write: Write,
  me: AccountId,
  asker: AccountId,
  answer: AskAnswer,
): Promise<void> {
  await changePair(write, me, asker, async () => {
    if (!(await endReceivedAsks(write, me, asker))) throw nothingAsked();
    switch (answer) {
      case "call-now":
      case "not-now":
        return;
      case "never":
        return sayNever(write, me, asker);
      case "once-24h":
      case "7-days":
      case "always":
        return giveGrant(write, me, asker, { choice: answer, mayBreakThrough: false });
    }
  });
}

function nothingAsked(): RefusedError {
  return new RefusedError(
    "not-found",
    "This request is over: it was answered on another device, withdrawn, or is more than a week old.",
  );
}
