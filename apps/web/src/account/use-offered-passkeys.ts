import { useEffect, useState } from "react";
import { useClient } from "../app/client-context.tsx";
import { problemOf, type Problem } from "../app/problem.ts";

/**
 * Lets the browser offer passkeys in the field that says so.
 *
 * @param isWanted false while one is asked for otherwise: a browser asks for one at a time
 * @returns why the one that was picked there did not sign in
 */
export function useOfferedPasskeys(isWanted: boolean): Problem | null {
  const { waysIn } = useClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    if (!isWanted) return;
    const looking = new AbortController();
    const offer = async () => {
      try {
        await waysIn.offerPasskeys(looking.signal);
      } catch (error) {
        setProblem(problemOf(error));
      }
    };
    void offer();
    return () => looking.abort();
  }, [waysIn, isWanted]);
  return problem;
}
