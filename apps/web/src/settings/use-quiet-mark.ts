import { useClient } from "../app/client-context.tsx";
import { useNow } from "../app/use-now.ts";
import { useObservable } from "../app/use-observable.ts";
import { quietMarkWords } from "./quiet-words.ts";

/** "Quiet until 07:00" while it is; null while rings make a sound. */
export function useQuietMark(): string | null {
  const { quiet } = useClient();
  const now = useNow();
  return quietMarkWords(useObservable(quiet), now);
}
