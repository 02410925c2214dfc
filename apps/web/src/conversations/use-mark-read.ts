import type { ConversationView } from "@ringfence/protocol";
import { useEffect } from "react";
import { useClient } from "../app/client-context.tsx";

/**
 * What stands in an open thread of a visible page has been read.
 *
 * @param isShown whether the thread's latest entries are there to be read
 */
export function useMarkRead(conversation: ConversationView, isShown: boolean): void {
  const { conversations } = useClient();
  const { unreadCount } = conversation;
  const { handle } = conversation.with;
  useEffect(() => {
    if (unreadCount === 0 || !isShown) return;
    const markIfSeen = () => {
      if (document.visibilityState === "visible") conversations.markRead(handle);
    };
    markIfSeen();
    document.addEventListener("visibilitychange", markIfSeen);
    return () => document.removeEventListener("visibilitychange", markIfSeen);
  }, [conversations, handle, unreadCount, isShown]);
}
