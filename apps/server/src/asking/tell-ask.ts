import type { AccountId, AskId } from "@ringfence/protocol";
import type { Write } from "../store/store.ts";
import { receivedAskOf, selectReceivedAsks } from "./received-asks.ts";

/** A quiet card on every device of whoever was asked. */
export async function tellAskReceived(write: Write, account: AccountId, id: AskId): Promise<void> {
  const row = await selectReceivedAsks(write.db, account, write.now)
    .where("ask.id", "=", id)
    .executeTakeFirstOrThrow();
  write.deliver({ account, message: { type: "ask-received", ask: receivedAskOf(row) } });
}

export function tellAskEnded(write: Write, account: AccountId, askId: AskId): void {
  write.deliver({ account, message: { type: "ask-ended", askId } });
}
