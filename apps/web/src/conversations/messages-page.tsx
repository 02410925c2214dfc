import { Outlet } from "react-router";
import { EmptyPane } from "../app/empty-pane.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { TwoPanes } from "../app/two-panes.tsx";
import { useHandleParam } from "../people/use-handle-param.ts";
import { ConversationsPane } from "./conversations-pane.tsx";

export function MessagesPage() {
  const open = useHandleParam();
  return (
    <TwoPanes list={<ConversationsPane open={open} />} isOpen={open !== null}>
      <Outlet />
    </TwoPanes>
  );
}

export function NoThread() {
  return (
    <>
      <PageTitle>Messages</PageTitle>
      <EmptyPane>Pick a conversation, or find somebody by their handle.</EmptyPane>
    </>
  );
}
