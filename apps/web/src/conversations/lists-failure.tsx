import { useClient } from "../app/client-context.tsx";
import { LoadFailure } from "../app/load-failure.tsx";
import { useObservable } from "../app/use-observable.ts";

/** Says once that a list failed, also where several did. */
export function ListsFailure() {
  const { asks, conversations } = useClient();
  const received = useObservable(asks.received);
  const inbox = useObservable(conversations.inbox);
  const requests = useObservable(conversations.requests);
  const isRequestsOnly = inbox.state !== "failed";
  const hasRequestsFailed = requests.state === "failed" || received.state === "failed";
  if (isRequestsOnly && !hasRequestsFailed) return null;
  return (
    <LoadFailure
      onTryAgain={() =>
        Promise.all([
          inbox.state === "failed" ? conversations.loadMore("inbox") : null,
          requests.state === "failed" ? conversations.loadMore("requests") : null,
          received.state === "failed" ? asks.loadMore() : null,
        ])
      }
    >
      {isRequestsOnly
        ? "Your requests could not be loaded."
        : "Your conversations could not be loaded."}
    </LoadFailure>
  );
}
