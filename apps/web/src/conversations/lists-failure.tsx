import { useClient } from "../app/client-context.tsx";
import { LoadFailure } from "../app/load-failure.tsx";
import { useObservable } from "../app/use-observable.ts";

/** Says once that a list failed, also where both did. */
export function ListsFailure() {
  const { conversations } = useClient();
  const inbox = useObservable(conversations.inbox);
  const requests = useObservable(conversations.requests);
  const isRequestsOnly = inbox.state !== "failed";
  if (isRequestsOnly && requests.state !== "failed") return null;
  return (
    <LoadFailure
      onTryAgain={() =>
        Promise.all([
          inbox.state === "failed" ? conversations.loadMore("inbox") : null,
          requests.state === "failed" ? conversations.loadMore("requests") : null,
        ])
      }
    >
      {isRequestsOnly
        ? "Your message requests could not be loaded."
        : "Your conversations could not be loaded."}
    </LoadFailure>
  );
}
