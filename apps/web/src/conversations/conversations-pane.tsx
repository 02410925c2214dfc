import type { Handle } from "@ringfence/protocol";
import { useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { ListPane } from "../app/list-pane.tsx";
import { useObservable } from "../app/use-observable.ts";
import { InviteButton } from "../invitations/invite-button.tsx";
import { SilentNotice } from "../call/silent-notice.tsx";
import { PeopleList } from "../people/people-list.tsx";
import { SearchField } from "../people/search-field.tsx";
import { FirstUseCard } from "../settings/first-use-card.tsx";
import { ConversationList } from "./conversation-list.tsx";
import { ListsFailure } from "./lists-failure.tsx";
import { Requests } from "./requests.tsx";

/** @param open the conversation that stands beside the list, where one does */
export function ConversationsPane({ open }: { open: Handle | null }) {
  const { asks, conversations } = useClient();
  const inbox = useObservable(conversations.inbox);
  const { asks: received } = useObservable(asks.received);
  const [text, setText] = useState("");
  const startsWith = text.trim().replace(/^@/, "");
  const hasEntered = inbox.conversations.some((conversation) => conversation.entered);
  return (
    <ListPane
      heading="Messages"
      isPage={open === null}
      beside={<InviteButton />}
      top={<SearchField text={text} onChange={setText} />}
      foot={<SilentNotice />}
    >
      {open === null && hasEntered && received.length === 0 ? <FirstUseCard /> : null}
      {startsWith === "" ? (
        <>
          <ListsFailure />
          <Requests open={open} />
          <ConversationList list={inbox} open={open} />
        </>
      ) : (
        <PeopleList startsWith={startsWith} leadsTo="/messages" open={open} />
      )}
    </ListPane>
  );
}
