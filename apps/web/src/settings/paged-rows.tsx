import type { Paged } from "@ringfence/client";
import type { ReactNode } from "react";
import { LoadFailure } from "../app/load-failure.tsx";
import { ProblemNotice } from "../app/problem-notice.tsx";
import { useAction } from "../app/use-action.ts";
import { useObservable } from "../app/use-observable.ts";
import { Button } from "../controls/button.tsx";
import { LoadingRows } from "../controls/loading.tsx";

interface PagedRowsProps<T> {
  paged: Paged<T>;
  /** "the people who can ring you" */
  of: string;
  /** What stands where nothing is. */
  empty: ReactNode;
  children: (item: T) => ReactNode;
}

/** A list that comes in pages: while it comes, when it did not, empty, and with more to fetch. */
export function PagedRows<T>({ paged, of, empty, children }: PagedRowsProps<T>) {
  const list = useObservable(paged.list);
  const more = useAction(() => paged.loadMore());
  switch (list.state) {
    case "loading":
      return <LoadingRows of={of} count={1} />;
    case "failed":
      return <LoadFailure onTryAgain={() => paged.refresh()}>{list.error.message}</LoadFailure>;
    case "ready":
      return (
        <>
          {list.items.length === 0 ? empty : <ul>{list.items.map(children)}</ul>}
          <ProblemNotice problem={more.problem} />
          {list.hasMore ? (
            <Button look="quiet" isWide isBusy={more.isRunning} onClick={more.run}>
              Show more
            </Button>
          ) : null}
        </>
      );
  }
}
