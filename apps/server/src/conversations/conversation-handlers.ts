import type { AccountId, ConversationView, Handle } from "@ringfence/protocol";
import type { Handlers } from "../http/api-handler.ts";
import type { RateLimiter } from "../http/rate-limiter.ts";
import { findOther, notFound } from "../people/find-account.ts";
import type { Reader, Store } from "../store/store.ts";
import { conversationView, listConversations } from "./conversation-view.ts";
import { acceptRequest, declineRequest } from "./message-requests.ts";
import { markRead } from "./read-marks.ts";
import { sendMessage } from "./send-message.ts";
import { readThread } from "./thread.ts";

export interface ConversationParts {
  readonly store: Store;
  readonly rateLimiter: RateLimiter;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  /** A message is in its thread. */
  readonly messageSent: () => void;
}

/** Lists, threads, messages and requests. */
export function conversationHandlers({
  store,
  rateLimiter,
  now,
  messageSent,
}: ConversationParts): Pick<
  Handlers,
  | "listConversations"
  | "getConversation"
  | "listEntries"
  | "sendMessage"
  | "acceptRequest"
  | "declineRequest"
  | "markRead"
> {
  return {
    listConversations: async ({ login, query }) =>
      listConversations(store.db, login.account, query.place, query.before, now()),

    async getConversation({ login, params: { handle } }) {
      const other = await findOther(store.db, login.account, handle);
      return requireView(store.db, login.account, other, handle, now());
    },

    async listEntries({ login, params: { handle }, query }) {
      const other = await findOther(store.db, login.account, handle);
      return readThread(store.db, login.account, other, query.before);
    },

    async sendMessage({ login: { account: me }, params: { handle }, body }) {
      rateLimiter.take("messagesPerAccount", me);
      const entry = await store.write(async (write) => {
        const other = await findOther(write.db, me, handle);
        return sendMessage(write, me, other, body);
      });
      messageSent();
      return entry;
    },

    async acceptRequest({ login: { account: me }, params: { handle } }) {
      return store.write(async (write) => {
        const other = await findOther(write.db, me, handle);
        await acceptRequest(write, me, other);
        return requireView(write.db, me, other, handle, write.now);
      });
    },

    async declineRequest({ login: { account: me }, params: { handle } }) {
      return store.write(async (write) => {
        const other = await findOther(write.db, me, handle);
        await declineRequest(write, me, other);
        return requireView(write.db, me, other, handle, write.now);
      });
    },

    async markRead({ login: { account: me }, params: { handle }, body }) {
      await store.write(async (write) => {
        const other = await findOther(write.db, me, handle);
        await markRead(write, me, other, body.upTo);
      });
    },
  };
}

/** A person may be deleted between two queries outside a transaction. */
async function requireView(
  db: Reader,
  me: AccountId,
  other: AccountId,
  handle: Handle,
  now: number,
): Promise<ConversationView> {
  const view = await conversationView(db, me, other, now);
  if (view === undefined) throw notFound(handle);
  return view;
}
