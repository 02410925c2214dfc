import { useClient } from "./client-context.tsx";
import { useObservable } from "./use-observable.ts";

/** Names the browser's tab: by its page or, while it rings, by who is calling. A page has one. */
export function PageTitle({ children }: { children: string }) {
  const { calls } = useClient();
  const { incoming } = useObservable(calls.snapshot);
  const ring = incoming.findLast((call) => !call.isSilenced && !call.isQuiet);
  if (ring !== undefined) return <title>{`${ring.with.displayName} is calling – Ringfence`}</title>;
  return <title>{`${children} · Ringfence`}</title>;
}
