import { Outlet } from "react-router";
import { EmptyPane } from "../app/empty-pane.tsx";
import { PageTitle } from "../app/page-title.tsx";
import { TwoPanes } from "../app/two-panes.tsx";
import { PeoplePane } from "./people-pane.tsx";
import { useHandleParam } from "./use-handle-param.ts";

export function PeoplePage() {
  const open = useHandleParam();
  return (
    <TwoPanes list={<PeoplePane open={open} />} isOpen={open !== null}>
      <Outlet />
    </TwoPanes>
  );
}

export function NobodyPicked() {
  return (
    <>
      <PageTitle>People</PageTitle>
      <EmptyPane>Pick somebody, or find them by their handle.</EmptyPane>
    </>
  );
}
